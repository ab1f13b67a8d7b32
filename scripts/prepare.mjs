// Makes a checkout ready to run: installs what the lockfile names, builds the pages when their source changed.
// Plain JavaScript without imports from node_modules: it runs before they exist, under whatever node is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const wants = (flag) => process.argv.includes(flag);

install();
if (wants('--build')) build();
if (wants('--chromium')) chromium();

function install() {
	const stamp = join(root, 'node_modules/.tinykit-lock');
	const lock = hash([join(root, 'package-lock.json')]);
	if (read(stamp) === lock && existsSync(join(root, 'node_modules/.bin/node'))) return;
	say('installing packages (once, about a minute)');
	run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
	writeFileSync(stamp, lock);
}

function build() {
	const stamp = join(root, 'build/.tinykit-source');
	const source = hash([
		...files(join(root, 'src/routes')),
		...files(join(root, 'src/lib/ui')),
		...files(join(root, 'src/lib/studio')),
		...files(join(root, 'src/lib/utils')),
		...files(join(root, 'src/lib/contracts')),
		...files(join(root, 'src/lib/server/hooks')),
		...files(join(root, 'static')),
		...[
			'src/app.html',
			'src/hooks.server.ts',
			'src/lib/server/headers.ts',
			'src/lib/server/shared.ts',
			'svelte.config.js',
			'vite.config.ts',
			'package-lock.json',
		].map((name) => join(root, name)),
	]);
	if (read(stamp) === source) return;
	say('building the pages');
	run(join(root, 'node_modules/.bin/node'), [
		join(root, 'node_modules/vite/bin/vite.js'),
		'build',
		'--logLevel',
		'error',
	]);
	writeFileSync(stamp, source);
}

/** The browser tests use the system's chromium; where it cannot be had they say so and are skipped. */
function chromium() {
	if (['chromium', 'chromium-browser', 'google-chrome'].some(onPath)) return;
	if (process.getuid?.() !== 0 || !onPath('apt-get')) return;
	say('installing chromium for the browser tests');
	const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
	spawnSync('apt-get', ['update'], quiet);
	spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], quiet);
}

function onPath(name) {
	return (process.env.PATH ?? '')
		.split(':')
		.some((dir) => dir !== '' && existsSync(join(dir, name)));
}

function run(command, args) {
	const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
	if (result.status === 0) return;
	say(`"${command} ${args.join(' ')}" failed; see the lines above`);
	process.exit(1);
}

function files(dir) {
	if (!existsSync(dir)) return [];
	return readdirSync(dir, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath ?? entry.path, entry.name))
		.sort();
}

function hash(paths) {
	const sum = createHash('sha256');
	for (const path of paths)
		sum.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
	return sum.digest('hex');
}

function read(path) {
	return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function say(text) {
	process.stderr.write(`tinykit: ${text}\n`);
}
