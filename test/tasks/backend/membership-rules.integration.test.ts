import { testGroup } from '../suite.ts';

testGroup('membership rules');
