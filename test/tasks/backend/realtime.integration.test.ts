import { testGroup } from '../suite.ts';

testGroup('realtime');
