import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SchemaChange, SchemaField } from '../../../../../src/lib/contracts/index.ts';
import { readCollections } from '../../../../../src/lib/server/app-collections.ts';
import { rehearse, rehearsalLimits } from '../../../../../src/lib/server/draft/rehearsal.ts';
import { sql } from '../../../../../src/lib/server/backends.ts';
import {
	applyLogged,
	expireSchemaLog,
	quarantineDays,
	schemaLog,
	undoSchemaChange,
} from '../../../../../src/lib/server/schema-log/log.ts';
import { openApp, type App, type Values } from './app.ts';

const now = new Date('2030-01-01T00:00:00Z');
const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000);
let app: App;
beforeEach(async () => {
	app = await openApp();
});
afterEach(() => app.close());

async function apply(change: SchemaChange): Promise<string> {
	const target = app.target(change);
	const { after, problems } = await rehearse(app.backend, target);
	expect(problems).toEqual([]);
	const logged = { target, after, run: 'run-1', approval: 'click', summary: ['done'], now };
	return applyLogged(app.backend, logged);
}
const records = async (name: string): Promise<Values[]> => {
	const { body } = await app.ask('GET', `${name}/records?perPage=500&sort=id`);
	return body['items'] as Values[];
};
const kept = () =>
	app.backend.app.store.all(sql`SELECT name FROM sqlite_schema WHERE name LIKE '_tk_kept%'`);

describe('a change that was made', () => {
	it('is not said to have failed because its entry could not be completed', async () => {
		await apply({ create: [{ name: 'first', fields: [] }] });
		await app.backend.app.store.write((tx) =>
			tx.run(
				sql`CREATE TRIGGER refuse BEFORE UPDATE ON _tk_schema_log BEGIN SELECT RAISE(ABORT, 'full'); END`,
			),
		);
		const id = await apply({ create: [{ name: 'second', fields: [] }] });
		expect(readCollections(app.backend).some(({ name }) => name === 'second')).toBe(true);
		expect((await schemaLog(app.backend))[0]).toMatchObject({ id, status: 'applied' });
	});
});

describe('taking a change back', () => {
	it('brings files of a deleted collection back, byte for byte', async () => {
		const [first] = await records('comments');
		const collection = readCollections(app.backend).find(({ name }) => name === 'comments');
		const key = [collection?.id, first?.['id'], first?.['picture']].map(String);
		const file = join(app.backend.app.dataDir, 'storage', ...key);
		const content = await readFile(file, 'utf8');
		const id = await apply({ delete: ['comments'] });
		expect(existsSync(file)).toBe(false);
		expect(existsSync(join(app.backend.app.dataDir, 'quarantine', id))).toBe(true);
		expect(await undoSchemaChange(app.backend, id, now)).toMatchObject({ restored: 5, left: 0 });
		expect(await readFile(file, 'utf8')).toBe(content);
		expect(existsSync(join(app.backend.app.dataDir, 'quarantine', id))).toBe(false);
		expect(await kept()).toEqual([]);
	});

	it('keeps what was written since', async () => {
		const tags = {
			type: 'select',
			name: 'tags',
			values: ['red', 'green', 'blue'],
		} satisfies SchemaField;
		const id = await apply({
			update: [
				{ name: 'posts', removeFields: ['title'], changeFields: [{ ...tags, maxSelect: 1 }] },
			],
		});
		const [several] = (await records('posts')).filter((row) => row['tags'] === 'blue');
		await app.ask('PATCH', `posts/records/${String(several?.['id'])}`, { tags: 'red' });
		const fresh = await app.ask('POST', 'posts/records', { slug: 'fresh', tags: 'green' });
		await undoSchemaChange(app.backend, id, now);
		const rows = await records('posts');
		const by = (record: unknown): Values | undefined => rows.find((row) => row['id'] === record);
		expect(rows).toHaveLength(13);
		expect(by(several?.['id'])?.['tags']).toEqual(['red']);
		expect(by(fresh.body['id'])).toMatchObject({ slug: 'fresh', tags: ['green'], title: '' });
		expect(rows.filter((row) => (row['tags'] as string[]).length === 3)).not.toHaveLength(0);
	});

	const unique = {
		update: [{ name: 'comments', addIndexes: [{ fields: ['text'], unique: true }] }],
	};
	const withoutText = { update: [{ name: 'comments', removeFields: ['text'] }] };

	it('brings values back before the unique index that they fill', async () => {
		await apply(unique);
		const before = readCollections(app.backend).find(({ name }) => name === 'comments');
		const rows = await records('comments');
		const id = await apply(withoutText);
		expect(await undoSchemaChange(app.backend, id, now)).toMatchObject({ restored: 5, left: 0 });
		const after = readCollections(app.backend).find(({ name }) => name === 'comments');
		expect(after?.indexes).toEqual(before?.indexes);
		expect(after?.indexes.join()).toContain('UNIQUE');
		expect(await records('comments')).toEqual(rows);
		const [first] = rows;
		const again = await app.ask('POST', 'comments/records', { text: first?.['text'] });
		expect(again).toMatchObject({ status: 400 });
	});

	it('changes nothing when records that came since do not fit', async () => {
		await apply(unique);
		const id = await apply(withoutText);
		await app.ask('POST', 'comments/records', {});
		await app.ask('POST', 'comments/records', {});
		await expect(undoSchemaChange(app.backend, id, now)).rejects.toMatchObject({
			code: 'change_stale',
		});
		const [newest] = await schemaLog(app.backend);
		expect(newest).toMatchObject({ id, status: 'applied', kept: 5 });
		expect((await records('comments'))[0]).not.toHaveProperty('text');
		expect((await kept()).length).toBe(1);
	});

	it('goes back one change after the other, and refuses what others build on', async () => {
		const first = await apply({ update: [{ name: 'posts', removeFields: ['score'] }] });
		const second = await apply({ update: [{ name: 'posts', removeFields: ['title'] }] });
		await expect(undoSchemaChange(app.backend, first, now)).rejects.toMatchObject({
			code: 'change_stale',
		});
		await expect(undoSchemaChange(app.backend, 'none', now)).rejects.toMatchObject({
			code: 'change_not_found',
		});
		await undoSchemaChange(app.backend, second, now);
		await undoSchemaChange(app.backend, first, now);
		expect((await records('posts')).filter((row) => row['score'] !== 0)).toHaveLength(8);
		await expect(undoSchemaChange(app.backend, first, now)).rejects.toMatchObject({
			code: 'change_stale',
		});
	});

	it('is refused when somebody changed the collections otherwise', async () => {
		const id = await apply({ update: [{ name: 'posts', removeFields: ['score'] }] });
		await app.backend.fetch(
			new Request('http://app.test/api/collections/posts', {
				method: 'PATCH',
				headers: { 'content-type': 'application/json' },
				body: '{"listRule":""}',
			}),
			{ as: 'superuser' },
		);
		await expect(undoSchemaChange(app.backend, id, now)).rejects.toMatchObject({
			code: 'change_stale',
		});
		expect(await schemaLog(app.backend)).toMatchObject([{ undoable: false, kept: 8 }]);
	});

	it('forgets what was kept after its time', async () => {
		const id = await apply({ delete: ['comments'] });
		const file = join(app.backend.app.dataDir, 'quarantine', id);
		expect(await expireSchemaLog(app.backend, later(quarantineDays - 1))).toBe(
			later(quarantineDays).toISOString(),
		);
		expect((await kept()).length).toBe(1);
		expect(await expireSchemaLog(app.backend, later(quarantineDays))).toBeUndefined();
		expect(await kept()).toEqual([]);
		expect(existsSync(file)).toBe(false);
		expect(await schemaLog(app.backend)).toEqual([]);
	});
});

describe('a change that fails', () => {
	it('leaves neither a log entry nor values in quarantine', async () => {
		const target = app.target({ delete: ['comments'] });
		const wrong = target.map((each) =>
			each.name === 'posts' ? { ...each, listRule: 'nothing = 1' } : each,
		);
		const logged = { target: wrong, after: target, run: '', approval: '', summary: [], now };
		await expect(applyLogged(app.backend, logged)).rejects.toThrow();
		expect(await schemaLog(app.backend)).toEqual([]);
		expect(await kept()).toEqual([]);
		expect(await records('comments')).toHaveLength(5);
		expect(await readdir(join(app.backend.app.dataDir, 'quarantine'))).toEqual([]);
	});
});

describe('a rehearsal that cannot be', () => {
	it('says how many rows a unique index does not allow', async () => {
		const target = app.target({
			update: [{ name: 'posts', addIndexes: [{ fields: ['slug'], unique: true }] }],
		});
		const { problems } = await rehearse(app.backend, target);
		expect(problems.map(({ message }) => message).join('\n')).toContain(
			'3 posts have the same slug',
		);
	});

	it('does not copy a database that is too large', async () => {
		const target = app.target({ delete: ['comments'] });
		const { problems } = await rehearse(app.backend, target, { ...rehearsalLimits, bytes: 1000 });
		expect(problems).toMatchObject([{ code: 'rehearsal_too_large' }]);
	});

	it('says what it did not look at', async () => {
		const target = app.target({
			update: [{ name: 'posts', addFields: [{ type: 'text', name: 'x', required: true }] }],
		});
		const { notes, rows } = await rehearse(app.backend, target, { ...rehearsalLimits, rows: 5 });
		expect(notes).toEqual(['Only 5 of 12 posts were checked.']);
		expect(rows).toMatchObject([{ field: 'x', violating: [{ rows: 5 }] }]);
	});
});
