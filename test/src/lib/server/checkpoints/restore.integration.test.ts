import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TinykitError } from '#lib/contracts/index.ts';
import { readCollections } from '../../../../../src/lib/server/app-collections.ts';
import { fingerprint } from '../../../../../src/lib/server/checkpoints/targets.ts';
import { file, openPlace, relation, select, slug, table, text, type Place } from './place.ts';

let place: Place;
beforeEach(async () => {
	place = await openPlace();
});
afterEach(() => place.tinykit.close());

const restore = (id: string, ...parts: ('code' | 'schema' | 'rules' | 'data')[]) =>
	place.checkpoints.restore(slug, id, { parts });
const restoreData = (id: string) => restore(id, 'data');
const checkpoint = async () => (await place.checkpoints.create(slug, '')).id;
const write = (path: string, content: string) =>
	place.tinykit.runtime.workspace(slug).write(path, content);
const schema = () => place.draft(async (backend) => fingerprint(readCollections(backend)));
const counts = async (
	id: string,
	name: string,
	parts: Parameters<typeof restore>[1][] = ['data'],
) => {
	const dry = await place.checkpoints.restore(slug, id, { parts, dryRun: true });
	const real = await restore(id, ...parts);
	// What was said before is what happened.
	expect(real.collections).toEqual(dry.collections);
	return real.collections.find((each) => each.name === name);
};
const aside = async (id: string | null) => {
	const path = await place.checkpoints.quarantineFile(slug, id ?? '');
	return (JSON.parse(await readFile(path, 'utf8')) as { rows: Aside[] }).rows;
};
interface Aside {
	readonly collection: string;
	readonly reason: string;
	readonly source: string;
	readonly record: Record<string, unknown>;
}
const codeOf = (work: Promise<unknown>) =>
	work.then(
		() => 'done',
		(error: unknown) => (error instanceof TinykitError ? error.code : String(error)),
	);

describe('everything', () => {
	it('comes back: the tree, the rows and the schema, byte by byte', async () => {
		await place.add('posts', { title: 'one', body: 'b' });
		await place.add('users', {
			email: 'ann@example.com',
			password: 'a long enough password',
			name: 'Ann',
		});
		const before = {
			files: await place.files(),
			schema: await schema(),
			posts: await place.rows('posts'),
			users: await place.rows('users'),
		};
		const turn = await place.turn(async () => {
			await write('src/App.svelte', 'two');
			await write('src/new.ts', 'new');
			await place.alter((all) => {
				const posts = all.get('posts')!;
				const fields = posts.fields.filter(({ name }) => name !== 'body');
				all.set('posts', { ...posts, name: 'articles', listRule: '', fields });
				all.set('tags', table('tags', [text('name')]));
			});
		});
		const after = { files: await place.files(), schema: await schema() };

		const { undo } = await restore(turn.before, 'code', 'schema', 'data');
		expect({
			files: await place.files(),
			schema: await schema(),
			posts: await place.rows('posts'),
			users: await place.rows('users'),
		}).toEqual(before);

		// The way back: a restore is undone like a turn.
		await restore(undo ?? '', 'code', 'schema', 'data');
		expect({ files: await place.files(), schema: await schema() }).toEqual(after);
		expect(await place.column('articles', 'title')).toEqual(['one']);
	});

	it('leaves nothing behind but what is kept', async () => {
		const id = await checkpoint();
		await place.add('posts', { title: 'one' });
		await restore(id, 'code', 'schema', 'data');
		const root = join(place.tinykit.dir, 'data/apps', slug, 'checkpoints');
		expect((await readdir(root)).filter((name) => name.startsWith('.'))).toEqual([]);
	});

	it.each([
		['code', { code: true, rules: false, schema: false, data: false }],
		['rules', { code: false, rules: true, schema: false, data: false }],
		['schema', { code: false, rules: true, schema: true, data: false }],
		['data', { code: false, rules: false, schema: false, data: true }],
	] as const)('%s alone changes nothing else', async (part, expected) => {
		const id = await place.add('posts', { title: 'one' });
		const point = await checkpoint();
		await write('src/App.svelte', 'two');
		await place.remove('posts', id);
		await place.alter((all) => {
			const posts = all.get('posts')!;
			all.set('posts', { ...posts, listRule: '', fields: [...posts.fields, text('extra')] });
		});
		await restore(point, part);
		const posts = await place.draft(async ({ app }) => app.catalog.find('posts'));
		expect({
			code: (await place.files())['src/App.svelte'] === 'one',
			rules: posts?.listRule === null,
			schema: posts?.fields.every(({ name }) => name !== 'extra'),
			data: (await place.rows('posts')).length === 1,
		}).toEqual(expected);
	});
});

describe('rows written since', () => {
	it('stay, and those that were deleted come back', async () => {
		const [kept, changed, gone] = await Promise.all(
			['kept', 'changed', 'gone'].map((title) => place.add('posts', { title })),
		);
		const id = await checkpoint();
		await place.add('posts', { title: 'new' });
		await place.change('posts', changed ?? '', { title: 'changed since' });
		await place.remove('posts', gone ?? '');
		expect(await counts(id, 'posts')).toEqual({
			...{ name: 'posts', restored: 1, carried: 2, setAside: 0 },
		});
		expect(await place.column('posts', 'title')).toEqual(['changed since', 'gone', 'kept', 'new']);
		expect((await place.rows('posts')).some((row) => row['id'] === kept)).toBe(true);
	});

	it('stay also when they were written before the server was restarted', async () => {
		const id = await checkpoint();
		await place.add('posts', { title: 'new' });
		const { dir } = place.tinykit;
		await place.tinykit.close(true);
		place = await openPlace(dir);
		await restoreData(id);
		expect(await place.column('posts', 'title')).toEqual(['new']);
	});

	it('keep who they are: passwords and sessions of people who signed up since work on', async () => {
		const id = await checkpoint();
		await place.add('users', { email: 'ann@example.com', password: 'a long enough password' });
		const before = await place.rows('users');
		await restore(id, 'schema', 'data');
		expect(await place.rows('users')).toEqual(before);
	});

	it('are set aside when their table goes, with their values and without their secrets', async () => {
		const id = await checkpoint();
		await place.alter((all) => {
			all.set('notes', table('notes', [text('text'), select('tags', 3)]));
			all.set('staff', table('staff', [], { type: 'auth' }));
		});
		await place.add('notes', { text: 'hello', tags: ['a', 'c'] });
		await place.add('staff', { email: 'bo@example.com', password: 'a long enough password' });
		const result = await restore(id, 'schema');
		const rows = await aside(result.quarantine);
		expect(rows.map(({ collection, reason }) => [collection, reason])).toEqual(
			expect.arrayContaining([
				['notes', 'collection'],
				['staff', 'collection'],
			]),
		);
		const note = rows.find(({ collection }) => collection === 'notes')?.record;
		expect(note).toMatchObject({ text: 'hello', tags: ['a', 'c'] });
		const person = rows.find(({ collection }) => collection === 'staff')?.record ?? {};
		expect(person['email']).toBe('bo@example.com');
		expect(Object.keys(person)).not.toEqual(expect.arrayContaining(['tokenKey']));
		expect(Object.keys(person)).not.toEqual(expect.arrayContaining(['password']));
		expect(await place.checkpoints.quarantines(slug)).toMatchObject([
			{ id: result.quarantine, checkpoint: id, rows: 2 },
		]);
	});

	it('stay without the values of a field that goes, which are set aside', async () => {
		const id = await checkpoint();
		await place.alter((all) => {
			const posts = all.get('posts')!;
			all.set('posts', { ...posts, fields: [...posts.fields, text('extra')] });
		});
		await place.add('posts', { title: 'with', extra: 'x' });
		await place.add('posts', { title: 'without' });
		const result = await restore(id, 'schema', 'data');
		expect(await place.column('posts', 'title')).toEqual(['with', 'without']);
		expect(await aside(result.quarantine)).toMatchObject([
			{ reason: 'field', source: 'now', record: { title: 'with', extra: 'x' } },
		]);
	});

	it('give way to a row that comes back with the same unique value', async () => {
		await place.alter((all) => {
			const posts = all.get('posts')!;
			all.set('posts', { ...posts, indexes: ['CREATE UNIQUE INDEX `u` ON `posts` (`title`)'] });
		});
		const first = await place.add('posts', { title: 'taken' });
		const other = await place.add('posts', { title: 'other' });
		const id = await checkpoint();
		await place.remove('posts', first);
		await place.change('posts', other, { title: 'taken' });
		const result = await restoreData(id);
		expect(result.collections.find(({ name }) => name === 'posts')).toMatchObject({
			...{ restored: 2, carried: 0, setAside: 1 },
		});
		expect(await place.column('posts', 'title')).toEqual(['other', 'taken']);
		expect(await aside(result.quarantine)).toMatchObject([
			{ reason: 'unique', source: 'now', record: { id: other, title: 'taken' } },
		]);
	});

	it('are set aside when the restored schema does not accept them, with what refers to them', async () => {
		await place.alter((all) => {
			const posts = all.get('posts')!;
			const fields = posts.fields.map((each) =>
				each.name === 'body' ? { ...each, required: true } : each,
			);
			all.set('posts', { ...posts, fields });
			all.set('replies', table('replies', [text('text'), relation('post', 'tbl_posts')]));
		});
		const old = await place.add('posts', { title: 'old', body: 'b' });
		const id = await checkpoint();
		await place.alter((all) => {
			const posts = all.get('posts')!;
			all.set('posts', { ...posts, fields: posts.fields.filter(({ name }) => name !== 'body') });
		});
		const fresh = await place.add('posts', { title: 'no body' });
		await place.change('posts', old, { title: 'renamed' });
		await place.add('replies', { text: 'to the new', post: fresh });
		await place.add('replies', { text: 'to the old', post: old });
		const result = await restore(id, 'schema', 'data');
		expect(await place.rows('posts')).toEqual([{ id: old, title: 'renamed', body: 'b' }]);
		expect(await place.column('replies', 'text')).toEqual(['to the old']);
		const rows = await aside(result.quarantine);
		expect(rows.map(({ reason, record }) => [reason, record['title'] ?? record['text']])).toEqual([
			['invalid', 'no body'],
			['invalid', 'to the new'],
		]);
	});

	it('keep what a detour through another schema would have cost', async () => {
		await place.alter((all) =>
			all.set('things', table('things', [text('name'), select('kinds', 3)])),
		);
		const untouched = await place.add('things', { name: 'untouched', kinds: ['a', 'b'] });
		const touched = await place.add('things', { name: 'touched', kinds: ['a', 'b'] });
		const renamed = await place.add('things', { name: 'renamed', kinds: ['a', 'b'] });
		const id = await checkpoint();
		await place.alter((all) =>
			all.set('things', table('things', [text('name'), select('kinds', 1)])),
		);
		await place.change('things', touched, { kinds: 'c' });
		await place.change('things', renamed, { name: 'another name' });
		await restore(id, 'schema', 'data');
		const rows = await place.rows('things');
		const kindsOf = (id: string) => rows.find((row) => row['id'] === id)?.['kinds'];
		expect([untouched, touched, renamed].map(kindsOf)).toEqual(['["a","b"]', '["c"]', '["a","b"]']);
		expect(rows.map((row) => row['name']).sort()).toEqual(['another name', 'touched', 'untouched']);
	});

	it('find their table and fields under other names', async () => {
		const one = await place.add('posts', { title: 'one' });
		const id = await checkpoint();
		await place.alter((all) => {
			const posts = all.get('posts')!;
			const fields = posts.fields.map((each) =>
				each.name === 'title' ? { ...each, name: 'headline' } : each,
			);
			all.set('posts', { ...posts, name: 'articles', fields });
		});
		await place.change('articles', one, { headline: 'edited' });
		await place.add('articles', { headline: 'two' });
		await restore(id, 'schema', 'data');
		expect(await place.column('posts', 'title')).toEqual(['edited', 'two']);
	});

	it('are told from what the agent did in a turn that can write rows', async () => {
		const both = await place.add('posts', { title: 'both' });
		const id = await checkpoint();
		await place.add('posts', { title: 'before it' });
		const agents = { id: '' };
		await place.turn(async () => {
			agents.id = await place.add('posts', { title: 'a row of the agent' });
			await place.change('posts', both, { title: 'by the agent' });
		}, ['preview']);
		await place.add('posts', { title: 'after it' });
		const result = await restoreData(id);
		expect(await place.column('posts', 'title')).toEqual(['after it', 'before it', 'both']);
		expect(
			(await aside(result.quarantine)).map(({ reason, record }) => [reason, record['title']]),
		).toEqual(
			expect.arrayContaining([
				['agent', 'a row of the agent'],
				['agent', 'by the agent'],
			]),
		);
	});

	it('stay when they were written in a turn that cannot write rows, or touched again after one that can', async () => {
		const row = await place.add('posts', { title: 'row' });
		const id = await checkpoint();
		await place.turn(() => place.add('posts', { title: 'by a person meanwhile' }), ['edit']);
		await place.turn(() => place.change('posts', row, { title: 'by the agent' }), ['preview']);
		await place.change('posts', row, { title: 'by a person at last' });
		expect((await restoreData(id)).quarantine).toBe(null);
		expect(await place.column('posts', 'title')).toEqual([
			'by a person at last',
			'by a person meanwhile',
		]);
	});

	it('of a table that only the checkpoint has come back with the schema only', async () => {
		await place.alter((all) => all.set('notes', table('notes', [text('text')])));
		await place.add('notes', { text: 'hello' });
		const id = await checkpoint();
		await place.alter((all) => all.delete('notes'));
		await restoreData(id);
		expect(await schema()).not.toContain('notes');
		await restore(id, 'schema', 'data');
		expect(await place.column('notes', 'text')).toEqual(['hello']);
	});

	it('keep settings and the keys behind tokens as they are', async () => {
		const keys = () =>
			place.draft(async ({ app }) => {
				const users = app.catalog.find('users');
				return users?.type === 'auth' ? users.auth.authToken.secret : '';
			});
		const before = await keys();
		const id = await checkpoint();
		await place.alter((all) => all.set('notes', table('notes', [])));
		await restore(id, 'schema', 'data');
		expect(await keys()).toBe(before);
	});
});

describe('uploads', () => {
	it('are there again when their record is', async () => {
		await place.alter((all) => all.set('photos', table('photos', [file('image')])));
		const host = `${slug}--draft.localhost`;
		await place.alter((all) =>
			all.set('photos', { ...all.get('photos')!, createRule: '', viewRule: '', deleteRule: '' }),
		);
		const boundary = 'xxxx';
		const created = await place.tinykit.ask('/_pb/api/collections/photos/records', {
			method: 'POST',
			host,
			headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
			body: `--${boundary}\r\ncontent-disposition: form-data; name="image"; filename="a.txt"\r\n\r\nhello\r\n--${boundary}--\r\n`,
		});
		const { id, image } = JSON.parse(created.text) as { id: string; image: string };
		const url = `/_pb/api/files/photos/${id}/${image}`;
		expect((await place.tinykit.ask(url, { host })).text).toBe('hello');
		const point = await checkpoint();
		const gone = await place.tinykit.ask(`/_pb/api/collections/photos/records/${id}`, {
			method: 'DELETE',
			host,
		});
		expect(gone.status).toBe(204);
		expect((await place.tinykit.ask(url, { host })).status).toBe(404);
		await restoreData(point);
		expect((await place.tinykit.ask(url, { host })).text).toBe('hello');
	});
});

describe('one file', () => {
	const undo = (id: string, force = false) =>
		place.checkpoints.restore(slug, id, {
			parts: ['code'],
			files: ['src/App.svelte'],
			...(force && { force }),
		});

	it('goes back to what it was before the turn, the others stay', async () => {
		const turn = await place.turn(async () => {
			await write('src/App.svelte', 'two');
			await write('src/new.ts', 'new');
		});
		expect((await undo(turn.before)).files).toEqual([
			{ path: 'src/App.svelte', change: 'changed', changedSince: false },
		]);
		expect(await place.files()).toEqual({ 'src/App.svelte': 'one', 'src/new.ts': 'new' });
	});

	it('goes when it was not there before', async () => {
		const turn = await place.turn(() => write('src/new.ts', 'new'));
		await place.checkpoints.restore(slug, turn.before, { parts: ['code'], files: ['src/new.ts'] });
		expect(await place.files()).toEqual({ 'src/App.svelte': 'one' });
	});

	it.each([
		['by hand', () => write('src/App.svelte', 'by hand')],
		['by a later turn', () => place.turn(() => write('src/App.svelte', 'later'))],
	])('that was changed since %s needs force, and its text is kept', async (_, change) => {
		const turn = await place.turn(() => write('src/App.svelte', 'two'));
		await change();
		const changed = (await place.files())['src/App.svelte'];
		expect(await codeOf(undo(turn.before))).toBe('file_edited_since');
		expect((await place.files())['src/App.svelte']).toBe(changed);
		const { undo: back } = await undo(turn.before, true);
		expect((await place.files())['src/App.svelte']).toBe('one');
		await restore(back ?? '', 'code');
		expect((await place.files())['src/App.svelte']).toBe(changed);
	});

	it.each([
		['nothing.ts', 'file_not_found'],
		['../secret', 'file_not_found'],
	])('%s is %s', async (path, code) => {
		const id = await checkpoint();
		expect(
			await codeOf(
				place.checkpoints.restore(slug, id, { parts: ['code'], files: [path], force: true }),
			),
		).toBe(code);
	});
});

describe('what is refused', () => {
	it('a restore while a run works, and a run that begins meanwhile waits', async () => {
		const id = await checkpoint();
		const { store } = place.tinykit.runtime.backends.builder.app;
		await place.turn(async () => {
			expect(await codeOf(restoreData(id))).toBe('run_active');
		});
		expect(store.version).toBeGreaterThan(0);
		const order: string[] = [];
		const restoring = restoreData(id).then(() => order.push('restored'));
		const run = { id: 'r', app: slug, text: 'x' };
		const begun = place.checkpoints.begin(run).then(() => order.push('begun'));
		await Promise.all([restoring, begun]);
		expect(order).toEqual(['restored', 'begun']);
	});

	it('a checkpoint that is not there, or of another app', async () => {
		const other = await place.tinykit.runtime.apps.create('Other');
		const id = await checkpoint();
		expect(await codeOf(place.checkpoints.restore(other.slug, id, { parts: ['code'] }))).toBe(
			'checkpoint_not_found',
		);
		expect(await codeOf(restoreData('nope'))).toBe('checkpoint_not_found');
	});

	it('data whose copy is gone; the rest can be restored', async () => {
		const id = await checkpoint();
		const root = join(place.tinykit.dir, 'data/apps', slug, 'checkpoints');
		for (const name of await readdir(root)) await rm(join(root, name), { recursive: true });
		expect(await codeOf(restoreData(id))).toBe('checkpoint_data_missing');
		expect((await place.checkpoints.list(slug, 1, 10)).items[0]?.hasData).toBe(false);
		expect(await codeOf(restore(id, 'code', 'schema'))).toBe('done');
	});

	it('a copy that is broken, and everything is as before', async () => {
		const id = await checkpoint();
		await place.add('posts', { title: 'new' });
		await write('src/App.svelte', 'two');
		const root = join(place.tinykit.dir, 'data/apps', slug, 'checkpoints');
		for (const name of await readdir(root))
			await writeFile(join(root, name, 'data.db'), 'not a database');
		await expect(restore(id, 'code', 'schema', 'data')).rejects.toThrow();
		expect(await place.column('posts', 'title')).toEqual(['new']);
		expect((await place.files())['src/App.svelte']).toBe('two');
		expect(await place.add('posts', { title: 'works on' })).toBeTruthy();
	});
});
