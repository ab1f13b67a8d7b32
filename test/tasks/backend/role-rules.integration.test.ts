import { testGroup } from '../suite.ts';

testGroup('role rules');
