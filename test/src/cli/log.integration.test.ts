import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const program = `import { log } from './src/cli/log.ts';
log('error', 'GET /%s/%d/%o/%c/%%', new Error('the cause'));
log('info', 'GET /%25');`;

it('writes a line as it is, whatever a stranger asked for', () => {
	const { stderr } = spawnSync(
		process.execPath,
		['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program],
		{ encoding: 'utf8' },
	);
	expect(stderr).toContain(' error GET /%s/%d/%o/%c/%% Error: the cause\n');
	expect(stderr).toContain(' info GET /%25\n');
});
