/** Writes one file over and over until it is killed; started by races.integration.test.ts. */
import { createWorkspace } from '../../../../../src/lib/server/workspace/index.ts';

const workspace = createWorkspace({ root: process.argv[2] ?? '', slug: 'demo' });
for (let n = 0; ; n++) {
	await workspace.write('src/a.txt', 'abcdefgh'.charAt(n % 8).repeat(200_000));
	if (n === 0) process.send?.('writing');
}
