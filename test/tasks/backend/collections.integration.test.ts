import { testGroup } from '../suite.ts';

testGroup('collections');
