import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	call,
	message,
	startMessagesServer,
	type MessagesRequest,
	type MessagesServer,
} from '../fixtures/messages-server/index.ts';
import { runEnd, signIn, type MemberApi } from './support/member.ts';
import { makeInstallation, startTinykit, type Tinykit } from './support/tinykit.ts';

/** What somebody might write to get out of an app's folder, or at what is not theirs in it. */
const refused: readonly (readonly [path: string, code: string])[] = [
	['../outside.txt', 'path_invalid'],
	['src/../../outside.txt', 'path_invalid'],
	['./src/App.svelte', 'path_invalid'],
	['/etc/passwd', 'path_invalid'],
	['C:/outside.txt', 'path_invalid'],
	['src\\..\\outside.txt', 'path_invalid'],
	['%2e%2e/outside.txt', 'path_invalid'],
	['%252e%252e/outside.txt', 'path_invalid'],
	['src%2f..%2foutside.txt', 'path_invalid'],
	['src/a\0.txt', 'path_invalid'],
	['src/a\n.txt', 'path_invalid'],
	['src//a.txt', 'path_invalid'],
	['․․/outside.txt', 'path_invalid'],
	['src/．．/outside.txt', 'path_invalid'],
	['src/con.txt', 'path_reserved'],
	['src/trailing.', 'path_invalid'],
	['src/trailing ', 'path_invalid'],
	['.git/config', 'path_reserved'],
	['.git/hooks/post-commit', 'path_reserved'],
	['.env', 'path_reserved'],
	['.env.local', 'path_reserved'],
	['node_modules/svelte/index.js', 'path_reserved'],
	[`src/${'a'.repeat(200)}.txt`, 'path_too_long'],
	['link/outside.txt', 'path_is_link'],
	['link.txt', 'path_is_link'],
];

let model: MessagesServer;
let tinykit: Tinykit;
let api: MemberApi;
let dir: string;
let remove: () => Promise<void>;

beforeAll(async () => {
	model = await startMessagesServer([], { key: 'test-key' });
	({ dir, remove } = await makeInstallation());
	tinykit = await startTinykit(dir, {
		env: { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: model.url },
	});
	api = await signIn(tinykit);
	await api.call('POST', '/apps', { name: 'Paths' });
	await api.call('PUT', '/apps/paths/files/src/App.svelte', '<h1>Paths</h1>\n');
	await mkdir(join(dir, 'outside'));
	await writeFile(join(dir, 'outside', 'outside.txt'), 'untouched');
	await symlink(join(dir, 'outside'), join(dir, 'workspace', 'paths', 'link'));
	await symlink(join(dir, 'outside', 'outside.txt'), join(dir, 'workspace', 'paths', 'link.txt'));
});
afterAll(async () => {
	await tinykit.stop();
	await model.close();
	await remove();
});

/** Everything a write could have touched by mistake. */
async function surroundings(): Promise<unknown> {
	return {
		installation: (await readdir(dir)).sort(),
		workspaces: (await readdir(join(dir, 'workspace'))).sort(),
		app: (await readdir(join(dir, 'workspace', 'paths'))).filter((name) => name !== '.git').sort(),
		source: (await readdir(join(dir, 'workspace', 'paths', 'src'))).sort(),
		outside: await readdir(join(dir, 'outside')),
		text: await readFile(join(dir, 'outside', 'outside.txt'), 'utf8'),
	};
}

describe('paths over the API', () => {
	it.each(refused)('%j is %s', async (path, code) => {
		const before = await surroundings();
		const url = `/apps/paths/files/${path.split('/').map(encodeURIComponent).join('/')}`;
		for (const method of ['PUT', 'GET', 'DELETE']) {
			const answer = await api.call(method, url, method === 'PUT' ? 'x' : undefined);
			expect(answer.status, method).toBe(400);
			expect(answer.json(), method).toMatchObject({ data: { code } });
		}
		expect(await surroundings()).toEqual(before);
	});

	it.each([
		['/apps/paths/files/../../../outside.txt', [400, 501]],
		['/apps/paths/files/src/%2e%2e/%2e%2e/outside.txt', [400]],
		['/apps/paths/files/%00', [400]],
		['/apps/paths/files/%ff', [400]],
		['/apps/%2e%2e/files/a.txt', [404]],
		['/apps/paths%2f../files/a.txt', [404]],
	])('the raw address %s is refused', async (url, statuses) => {
		const before = await surroundings();
		expect(statuses).toContain((await api.call('PUT', url, 'x')).status);
		expect(await surroundings()).toEqual(before);
	});

	it('has limits and preconditions', async () => {
		const put = (path: string, text: string, headers = {}) =>
			api.call('PUT', `/apps/paths/files/${path}`, text, headers);
		expect((await put('src/big.txt', 'x'.repeat(1024 * 1024 + 1))).json()).toMatchObject({
			status: 413,
			data: { code: 'file_too_large' },
		});
		const made = await put('src/note.txt', 'one', { 'if-none-match': '*' });
		expect(made.status).toBe(200);
		expect((await put('src/note.txt', 'two', { 'if-none-match': '*' })).json()).toMatchObject({
			data: { code: 'file_exists' },
		});
		expect((await put('src/note.txt', 'two', { 'if-match': '"0000"' })).json()).toMatchObject({
			status: 412,
			data: { code: 'file_changed', hash: made.json()['hash'] },
		});
		const read = await api.call('GET', '/apps/paths/files/src/note.txt');
		expect(read.headers).toMatchObject({
			etag: `"${String(made.json()['hash'])}"`,
			'x-content-type-options': 'nosniff',
		});
		expect(read.headers['content-type']).toMatch(/^text\/plain/);
		expect(
			(await put('src/note.txt', 'two', { 'if-match': String(read.headers['etag']) })).status,
		).toBe(200);
		expect((await api.call('DELETE', '/apps/paths/files/src/note.txt')).status).toBe(204);
	});
});

it('the agent’s tools refuse the same, and say so to the model', async () => {
	const before = await surroundings();
	const paths = refused.map(([path]) => path);
	const answers = new Map<string, string>();
	const collect = (request: MessagesRequest): string | undefined => {
		for (const block of request.messages.at(-1)?.content ?? []) {
			if (typeof block === 'object' && block.type === 'tool_result')
				answers.set(block.tool_use_id ?? '', String(block.content));
		}
		return undefined;
	};
	model.add(
		{
			reply: message(
				...paths.map((path, i) => call('write', { path, content: 'x' }, `w${String(i)}`)),
			),
		},
		{ expect: collect, reply: message(call('done', { summary: ['Tried'] })) },
	);
	const id = String(
		(await api.call('POST', '/apps/paths/runs', { text: 'Write everywhere' })).json()['id'],
	);
	expect(await runEnd(api, 'paths', id)).toMatchObject({ reason: 'done' });
	model.assertDone();
	for (const [i, [path, code]] of refused.entries())
		expect(answers.get(`w${String(i)}`), path).toContain(code);
	expect(await surroundings()).toEqual(before);
});
