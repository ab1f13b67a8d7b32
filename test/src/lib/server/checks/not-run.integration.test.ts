import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '#lib/contracts/index.ts';
import { createAppTypes } from '#lib/server/draft/types.ts';
import { openInstallation, type Installation } from '../support/installation.ts';
import { blogSchema } from './apps.ts';
import { checkBench, type CheckBench } from './bench.ts';

const never = new AbortController().signal;
const outcomes = (results: readonly CheckResult[]): Readonly<Record<string, string>> =>
	Object.fromEntries(results.map(({ name, outcome }) => [name, outcome]));

describe('what could not be completed is not run, never a pass', () => {
	let bench: CheckBench;
	beforeAll(async () => {
		bench = await checkBench({ headless: false });
	});
	afterAll(() => bench.close());

	it('a source that does not compile', async () => {
		await bench.make('broken', {
			schema: blogSchema,
			files: { 'src/App.svelte': '<h1>{</h1>' },
		});
		expect(outcomes(await bench.check('broken'))).toMatchObject({
			compile: 'fail',
			types: 'not_run',
			usage: 'not_run',
			boot: 'not_run',
			schema: 'pass',
		});
	});

	it('but what is found beside it stands', async () => {
		await bench.make('both', {
			schema: blogSchema,
			files: {
				'src/App.svelte': `<script>import B from './B.svelte';</script><B />{#if`,
				'src/B.svelte': `<script>\n\timport { data } from '$data';\n\tdata.posts.list({ sort: 'nope' });\n</script>`,
			},
		});
		const results = await bench.check('both');
		expect(outcomes(results)).toMatchObject({ compile: 'fail', types: 'not_run', usage: 'fail' });
		expect(results.find(({ name }) => name === 'usage')?.problems).toMatchObject([
			{ path: 'src/B.svelte', line: 3, code: 'unknown_field' },
		]);
	});

	it('a file that nothing imports and that cannot be read', async () => {
		await bench.make('unread', {
			schema: blogSchema,
			files: { 'src/App.svelte': '<h1>x</h1>', 'src/Draft.svelte': '{#if' },
		});
		expect(outcomes(await bench.check('unread'))).toMatchObject({
			compile: 'pass',
			types: 'fail',
			usage: 'not_run',
		});
	});

	it('a type checker that does not come to an end', async () => {
		await bench.make('slow', { schema: blogSchema, files: { 'src/App.svelte': '<h1>x</h1>' } });
		const types = createAppTypes({
			backends: { use: async (slug, _stage, body) => body(bench.backend(slug)) },
			workspace: (slug) => bench.workspace(slug),
			checker: {
				check: async () => ({ kind: 'incomplete', why: 'It took too long.' }),
				warm: () => undefined,
				close: () => Promise.resolve(),
			},
			log: () => undefined,
		});
		expect(await types.check('slow', never)).toMatchObject([
			{ name: 'types', outcome: 'not_run', detail: 'It took too long.' },
			{ name: 'usage', outcome: 'not_run', detail: 'It took too long.' },
		]);
	});
});

describe('over HTTP', () => {
	let tinykit: Installation;
	let token: string;
	beforeAll(async () => {
		tinykit = await openInstallation({ TINYKIT_CHROMIUM: 'off' });
		await tinykit.runtime.apps.create('Shop');
		token = await tinykit.account('viewer@example.com', 'viewer');
	});
	afterAll(() => tinykit.close());

	it('the editor gets the types of the draft, the same until its collections change', async () => {
		const types = async () => {
			const reply = await tinykit.ask('/tinykit/api/apps/shop/types', {
				headers: { authorization: token },
			});
			expect(reply.status).toBe(200);
			return JSON.parse(reply.text) as { hash: string; files: { path: string; text: string }[] };
		};
		const first = await types();
		expect(first.files[0]?.text).toContain('interface UsersRecord');
		expect(await types()).toEqual(first);
	});

	it('an answer of a frame that nobody asked is refused', async () => {
		const { runtime } = tinykit;
		const { id } = await runtime.runs.start('shop', 'A guestbook');
		const result = { path: '/', title: '', steps: [], console: [], failed: [], text: '' };
		const post = (body: unknown) =>
			tinykit.ask(`/tinykit/api/apps/shop/runs/${id}/preview`, {
				method: 'POST',
				headers: { authorization: token, 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
		expect((await post({ id: 'x', nonce: 'y', result })).status).toBe(409);
		expect((await post({ id: 'x', nonce: 'y', result: { path: '/' } })).status).toBe(400);
	});
});
