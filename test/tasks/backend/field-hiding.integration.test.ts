import { testGroup } from '../suite.ts';

testGroup('field hiding');
