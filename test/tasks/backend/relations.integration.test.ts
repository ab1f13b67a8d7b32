import { testGroup } from '../suite.ts';

testGroup('relations');
