import { testGroup } from '../suite.ts';

testGroup('files');
