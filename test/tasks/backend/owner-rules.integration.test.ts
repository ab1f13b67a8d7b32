import { testGroup } from '../suite.ts';

testGroup('owner rules');
