#!/usr/bin/env node
// Runs the command line on the Node that comes with the checkout. No imports of ours before the version is
// known: an older Node cannot even read the TypeScript files.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));

if (major > 24 || (major === 24 && minor >= 4)) {
	// Compiled code is kept beside the packages: a second start has nothing to compile.
	module.enableCompileCache(
		fileURLToPath(new URL('../node_modules/.cache/node-compile', import.meta.url)),
	);
	const { main } = await import('../src/cli.ts');
	process.exitCode = await main(process.argv.slice(2));
} else if (existsSync(own) && process.env.TINYKIT_REEXECUTED !== '1') {
	const child = spawn(own, process.argv.slice(1), {
		stdio: 'inherit',
		env: { ...process.env, TINYKIT_REEXECUTED: '1' },
	});
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
		process.on(signal, () => child.kill(signal));
	child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
} else {
	console.error(
		`tinykit: Node ${process.versions.node} is too old (24.4 or newer is needed); run "npm start" once, it brings its own.`,
	);
	process.exitCode = 1;
}
