import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	checkpoint,
	checkpointDiff,
	checkpointPage,
	quarantineList,
	restoreResult,
} from '#lib/contracts/index.ts';
import { openPlace, slug, table, text, type Place } from './place.ts';

let place: Place;
const tokens: Record<string, string> = {};
const base = `/tinykit/api/apps/${slug}`;
const ask = async (role: string, method: string, path: string, body?: unknown) => {
	const reply = await place.tinykit.ask(base + path, {
		method,
		headers: {
			authorization: tokens[role] ?? '',
			...(body !== undefined && { 'content-type': 'application/json' }),
		},
		...(body !== undefined && { body: JSON.stringify(body) }),
	});
	return { ...reply, json: (reply.text === '' ? undefined : JSON.parse(reply.text)) as unknown };
};
const code = (json: unknown): unknown => (json as { data?: { code?: unknown } }).data?.code;

beforeAll(async () => {
	place = await openPlace();
	for (const role of ['owner', 'editor', 'viewer'] as const)
		tokens[role] = await place.tinykit.account(`${role}@example.com`, role);
});
afterAll(() => place.tinykit.close());

describe('checkpoints over HTTP', () => {
	it('are made, named, bookmarked, listed in pages', async () => {
		const made = await ask('editor', 'POST', '/checkpoints', { note: 'Good state' });
		expect(made.status).toBe(201);
		const { id } = checkpoint.parse(made.json);
		const patched = await ask('editor', 'PATCH', `/checkpoints/${id}`, {
			note: 'Better name',
			bookmarked: true,
		});
		expect(patched.json).toMatchObject({ id, note: 'Better name', bookmarked: true });
		for (let n = 0; n < 3; n++) await ask('editor', 'POST', '/checkpoints', {});
		const page = await ask('viewer', 'GET', '/checkpoints?page=2&perPage=3');
		expect(checkpointPage.parse(page.json)).toMatchObject({
			...{ page: 2, perPage: 3, totalItems: 4 },
			items: [{ id, kind: 'manual', note: 'Better name' }],
		});
		expect((await ask('viewer', 'GET', '/history')).json).toMatchObject({ totalItems: 4 });
	});

	it('tell what lies between two of them, and between one and now', async () => {
		const files = place.tinykit.runtime.workspace(slug);
		await files.write('src/App.svelte', 'one\ntwo\nthree\n');
		const first = checkpoint.parse((await ask('editor', 'POST', '/checkpoints', {})).json);
		await files.write('src/App.svelte', 'one\n2\nthree\n');
		await files.write('src/new.ts', 'new\n');
		await place.alter((all) => {
			const posts = all.get('posts')!;
			all.set('posts', { ...posts, listRule: '', fields: [...posts.fields, text('extra')] });
			all.set('tags', table('tags', [text('name')]));
		});
		await place.add('posts', { title: 'a' });
		const second = checkpoint.parse((await ask('editor', 'POST', '/checkpoints', {})).json);
		for (const to of ['now', second.id]) {
			const { json } = await ask('viewer', 'GET', `/checkpoints/${first.id}/diff?to=${to}`);
			const diff = checkpointDiff.parse(json);
			expect(diff).toMatchObject({
				to,
				files: [
					{
						...{ path: 'src/App.svelte', change: 'changed', added: 1, removed: 1 },
						hunks: [
							{
								...{ oldStart: 1, newStart: 1 },
								lines: [
									{ kind: 'same', text: 'one' },
									{ kind: 'removed', text: 'two' },
									{ kind: 'added', text: '2' },
									{ kind: 'same', text: 'three' },
								],
							},
						],
					},
					{ path: 'src/new.ts', change: 'added', added: 1 },
				],
				rows: [{ collection: 'posts', before: 0, after: 1 }],
			});
			const words = (list: readonly { text: string }[]) => list.map((each) => each.text).join(' ');
			expect(words(diff.schema)).toMatch(/New table tags.*|New field posts\.extra/);
			expect(words(diff.schema)).toContain('New field posts.extra (text).');
			expect(words(diff.rules)).toContain('Anyone');
		}
		const back = await ask('viewer', 'GET', `/checkpoints/${second.id}/diff?to=${first.id}`);
		expect(JSON.stringify(back.json)).toContain('Delete the table tags');
	});

	it('are restored by an editor; the rows set aside can be saved by a viewer', async () => {
		const point = checkpoint.parse((await ask('editor', 'POST', '/checkpoints', {})).json);
		await place.alter((all) => all.set('notes', table('notes', [text('text')])));
		await place.add('notes', { text: 'hello' });
		const body = { parts: ['schema', 'data'] };
		const dry = await ask('editor', 'POST', `/checkpoints/${point.id}/restore`, {
			...body,
			dryRun: true,
		});
		expect(restoreResult.parse(dry.json)).toMatchObject({
			dryRun: true,
			undo: null,
			quarantine: null,
		});
		expect((await place.rows('notes')).length).toBe(1);
		const done = await ask('editor', 'POST', `/history/${point.id}/restore`, body);
		const result = restoreResult.parse(done.json);
		expect(result.collections).toContainEqual({
			...{ name: 'notes', restored: 0, carried: 0, setAside: 1 },
		});
		const list = await ask('viewer', 'GET', '/quarantine');
		expect(quarantineList.parse(list.json).items[0]).toMatchObject({
			...{ id: result.quarantine, rows: 1 },
			collections: [{ name: 'notes', reason: 'collection', rows: 1 }],
		});
		const saved = await ask('viewer', 'GET', `/quarantine/${result.quarantine ?? ''}`);
		expect(saved.headers['content-disposition']).toMatch(/^attachment; filename="shop-set-aside-/);
		expect(saved.json).toMatchObject({
			rows: [{ collection: 'notes', record: { text: 'hello' } }],
		});
	});

	it.each([
		['viewer', 'POST', '/checkpoints', {}, 403, 'role_too_low'],
		['viewer', 'PATCH', '/checkpoints/x', {}, 403, 'role_too_low'],
		[
			'viewer',
			'POST',
			'/checkpoints/x/restore',
			{ parts: ['code'], dryRun: true },
			403,
			'role_too_low',
		],
		['editor', 'POST', '/checkpoints', { note: 'x'.repeat(201) }, 400, 'invalid_request'],
		['editor', 'POST', '/checkpoints/x/restore', { parts: ['code'] }, 404, 'checkpoint_not_found'],
		['editor', 'POST', '/checkpoints/x/restore', { parts: [] }, 400, 'invalid_request'],
		['editor', 'POST', '/checkpoints/x/restore', { parts: ['files'] }, 400, 'invalid_request'],
		[
			...['editor', 'POST', '/checkpoints/x/restore'],
			{ parts: ['data'], files: ['a.ts'] },
			...[400, 'invalid_request'],
		],
		['viewer', 'GET', '/checkpoints/x/diff', undefined, 404, 'checkpoint_not_found'],
		['viewer', 'GET', '/quarantine/x', undefined, 404, 'quarantine_not_found'],
		['viewer', 'GET', '/quarantine/..%2f..%2fx', undefined, 404, 'quarantine_not_found'],
	] as [string, string, string, unknown, number, string][])(
		'%s %s %s %o -> %i %s',
		async (role, method, path, body, status, expected) => {
			const reply = await ask(role, method, path, body);
			expect([reply.status, code(reply.json)]).toEqual([status, expected]);
		},
	);
});
