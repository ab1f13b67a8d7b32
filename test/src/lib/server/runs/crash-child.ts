import { once } from 'node:events';
import { writeSync } from 'node:fs';
import fs from 'node:fs/promises';
import { createServer } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import { sep } from 'node:path';
import Database from 'better-sqlite3';

/**
 * The real server in a process of its own that ends itself with SIGKILL at the n-th point of its journal: before a
 * commit of the builder's or a draft's database, before and after a file of an app is put in its place or taken away.
 * Arguments: directory, address of the model, n (0: never). Counting begins with the message `arm`.
 */
const [, , root = '', modelUrl = '', killAt = '0'] = process.argv;
let isArmed = false;
let count = 0;

function point(name: string): void {
	if (!isArmed) return;
	count += 1;
	writeSync(1, `${count} ${name}\n`);
	if (count === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}

interface Statement {
	readonly source: string;
	readonly database: { readonly name: string };
}
const statements = Object.getPrototypeOf(new Database(':memory:').prepare('SELECT 1')) as {
	run: (this: Statement, ...args: unknown[]) => unknown;
};
const { run } = statements;
statements.run = function (...args) {
	const { name } = this.database;
	if (this.source === 'COMMIT' && name.startsWith(root) && name.endsWith(`${sep}data.db`))
		point(`commit ${name.slice(root.length)}`);
	return run.apply(this, args);
};

type Change = (path: string, ...rest: unknown[]) => Promise<void>;
const changes = fs as unknown as Record<'rename' | 'rm' | 'unlink', Change>;
for (const name of ['rename', 'rm', 'unlink'] as const) {
	const original = changes[name];
	changes[name] = async (path, ...rest) => {
		const target = String(name === 'rename' ? rest[0] : path);
		// The workspace reaches its folders through descriptors; its history does not.
		const isSource = target.startsWith('/proc/self/fd/');
		if (isSource) point(`before ${name} ${target.split(sep).at(-1) ?? ''}`);
		await original(path, ...rest);
		if (isSource) point(`after ${name} ${target.split(sep).at(-1) ?? ''}`);
	};
}
syncBuiltinESMExports();

const { createRuntime } = await import('../../../../../src/lib/server/create-runtime.ts');
const { createHostRouter } = await import('../../../../../src/lib/server/web/host-router.ts');
const { createOrigins } = await import('../../../../../src/lib/server/web/origins.ts');
const { envOf } = await import('../support/installation.ts');

const env = envOf(root, {
	ANTHROPIC_API_KEY: 'test-key',
	ANTHROPIC_BASE_URL: modelUrl,
	TINYKIT_MODEL: 'test-model',
});
const server = createServer((request, response) => serve(request, response));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const runtime = await createRuntime({
	env,
	origins: createOrigins(env, port),
	now: () => new Date(),
	log: () => undefined,
	showCode: () => undefined,
});
const serve = createHostRouter(runtime, (_, response) => void response.end('page'));
process.on('message', (message) => {
	isArmed = message === 'arm';
	process.send?.('armed');
});
process.on('disconnect', () => process.exit());
process.send?.({ port });
