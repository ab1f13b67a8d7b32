import { createServer } from 'node:http';
import { once } from 'node:events';
import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli, serveCli, tempDir, type RunningCli } from '../../compat/serve.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
let running: RunningCli | undefined;

beforeEach(async () => {
	dir = await tempDir();
	running = undefined;
});
afterEach(async () => {
	await running?.stop();
	await dir.remove();
});

const data = (): string => join(dir.path, 'pb_data');

/** One sentence on stderr, nothing else, exit code 1. */
const expectSentence = (
	result: Awaited<ReturnType<typeof runCli>>,
	sentence: string | RegExp,
): void => {
	expect(result.out).toBe('');
	expect(result.err.trimEnd()).toMatch(sentence);
	expect(result.err.trimEnd().split('\n')).toHaveLength(1);
	expect(result.code).toBe(1);
};

describe('serve', () => {
	it('refuses a second process on the same directory and names the first', async () => {
		running = await serveCli(data());
		const sentence = `The data directory ${data()} is in use by process ${running.child.pid!}.`;
		expectSentence(await runCli('serve', '--http', '127.0.0.1:0', '--dir', data()), sentence);
		expectSentence(
			await runCli('superuser', 'upsert', 'a@example.test', '12345678', '--dir', data()),
			sentence,
		);
	});

	it('ends on SIGTERM with everything closed, an open stream included', async () => {
		running = await serveCli(data());
		const stream = await fetch(`${running.url}/api/realtime`);
		expect(stream.status).toBe(200);
		expect(await running.stop()).toBe(0);
		expect(await stream.text()).toMatch(
			/^id:(\w{40})\nevent:PB_CONNECT\ndata:\{"clientId":"\1"\}\n\n$/,
		);
		expect((await readdir(data())).filter((name) => !name.endsWith('.db'))).toEqual([]);
	});

	it('takes over after kill -9', async () => {
		running = await serveCli(data());
		const exited = once(running.child, 'exit');
		running.child.kill('SIGKILL');
		await exited;
		running = await serveCli(data());
		expect((await fetch(`${running.url}/api/health`)).status).toBe(200);
	});

	it('says that the port is in use', async () => {
		const other = createServer().listen(0, '127.0.0.1');
		await once(other, 'listening');
		const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
		const result = await runCli('serve', '--http', address, '--dir', data());
		other.close();
		expectSentence(result, `The address ${address} is in use by another program.`);
		running = await serveCli(data());
	});

	it.each([
		['a file', () => writeFile(data(), ''), /cannot be written\.$/],
		[
			'a foreign database',
			async () => {
				await mkdir(data());
				await writeFile(
					join(data(), 'data.db'),
					'this is no database, but it is long enough to look like one',
				);
			},
			/^The data directory \S+ cannot be opened: /,
		],
	])('says what is wrong when the directory is %s', async (_, prepare, sentence) => {
		await prepare();
		expectSentence(await runCli('serve', '--http', '127.0.0.1:0', '--dir', data()), sentence);
	});

	it.runIf(process.getuid?.() !== 0)('says that the directory cannot be written', async () => {
		await mkdir(data());
		await chmod(data(), 0o500);
		expectSentence(
			await runCli('serve', '--http', '127.0.0.1:0', '--dir', data()),
			/cannot be written\.$/,
		);
	});

	it.each([
		[['serve', '--nope'], 'There is no flag --nope.'],
		[['serve', '--dir'], 'The flag --dir needs a value.'],
		[['serve', '--http', '8090'], 'The flag --http is HOST:PORT.'],
		[['serve', '--http', '127.0.0.1:99999'], 'The flag --http is HOST:PORT.'],
		[['serve', 'example.test'], 'HTTPS is not served: put a proxy in front and use --http.'],
		[['serve', '--durability', 'some'], 'The flag --durability is full or normal.'],
		[['serve', '--queryTimeout', 'x'], 'The flag --queryTimeout is a number of seconds.'],
		[['dance'], 'There is no command dance; try --help.'],
		[
			['superuser'],
			'Use: superuser create|update|upsert EMAIL PASSWORD, or superuser delete EMAIL.',
		],
		[
			['superuser', 'upsert', 'a@example.test'],
			'Use: superuser create|update|upsert EMAIL PASSWORD, or superuser delete EMAIL.',
		],
	])('%j', async (args, sentence) => {
		expectSentence(await runCli(...args), sentence);
	});

	it('serves pb_public beside the data directory', async () => {
		const files = join(dir.path, 'pb_public');
		await mkdir(join(files, 'sub'), { recursive: true });
		await writeFile(join(files, 'index.html'), '<h1>home</h1>');
		await writeFile(join(files, 'app.js'), 'run()');
		await writeFile(join(files, 'sub', 'index.html'), 'sub');
		await writeFile(join(dir.path, 'secret.txt'), 'secret');
		await symlink(join(files, 'app.js'), join(files, 'link.js'));
		running = await serveCli(data());
		const { url } = running;
		const get = async (path: string) => {
			const response = await fetch(url + path, { redirect: 'manual' });
			return [response.status, response.headers.get('location') ?? (await response.text())];
		};
		expect(await get('/')).toEqual([200, '<h1>home</h1>']);
		expect(await get('/app.js')).toEqual([200, 'run()']);
		expect(await get('/some/route')).toEqual([200, '<h1>home</h1>']);
		expect(await get('/sub/')).toEqual([200, 'sub']);
		expect(await get('/sub')).toEqual([301, '/sub/']);
		expect(await get('/app.js/')).toEqual([301, '/app.js']);
		expect(await get('/sub/index.html')).toEqual([301, '/sub/']);
		expect(await get('/%2e%2e%2fsecret.txt')).toEqual([200, '<h1>home</h1>']);
		expect((await get('/api/nope'))[0]).toBe(404);
		const script = await fetch(`${url}/app.js`, { method: 'HEAD' });
		expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
		expect(script.headers.get('content-length')).toBe('5');
		await running.stop();
		running = await serveCli(data(), '--indexFallback=false');
		const missing = await fetch(`${running.url}/some/route`);
		expect([missing.status, await missing.json()]).toMatchObject([404, { status: 404 }]);
	});
});

describe('superuser', () => {
	it('creates, updates and deletes', async () => {
		const run = (...args: string[]) => runCli('superuser', ...args, '--dir', data());
		expect((await run('create', 'a@example.test', '12345678a')).out).toBe(
			'Successfully created superuser "a@example.test"!\n',
		);
		expectSentence(
			await run('create', 'A@example.test', '12345678a'),
			'There is already a superuser A@example.test.',
		);
		expect((await run('upsert', 'a@example.test', '12345678b')).out).toBe(
			'Successfully updated superuser "a@example.test"!\n',
		);
		expectSentence(
			await run('update', 'b@example.test', '12345678b'),
			'There is no superuser b@example.test.',
		);
		expectSentence(
			await run('create', 'b@example.test', 'short'),
			/^The superuser was not saved: password: /,
		);
		expectSentence(
			await run('create', 'nonsense', '12345678b'),
			/^The superuser was not saved: email: /,
		);
		running = await serveCli(data());
		const signIn = (password: string) =>
			fetch(`${running!.url}/api/collections/_superusers/auth-with-password`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ identity: 'a@example.test', password }),
			});
		expect((await signIn('12345678a')).status).toBe(400);
		expect((await signIn('12345678b')).status).toBe(200);
		await running.stop();
		await run('create', 'c@example.test', '12345678c');
		expect((await run('delete', 'a@example.test')).out).toBe(
			'Successfully deleted superuser "a@example.test"!\n',
		);
		expect((await run('delete', 'a@example.test')).out).toBe(
			'superuser "a@example.test" is missing or already deleted\n',
		);
	});
});
