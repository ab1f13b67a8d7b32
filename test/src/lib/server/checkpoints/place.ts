import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	applyCollections,
	readCollections,
} from '../../../../../src/lib/server/app-collections.ts';
import { ident, saveRecord, sql, type Backend } from '../../../../../src/lib/server/backends.ts';
import type { Checkpoints } from '../../../../../src/lib/server/checkpoints/index.ts';
import type { PlainCollection } from '../../../../../src/lib/server/schema/index.ts';
import { openInstallation, type Installation } from '../support/installation.ts';

/** An app with a table of posts, some rows, and a file; its runtime behind real HTTP. */
export interface Place {
	readonly tinykit: Installation;
	readonly checkpoints: Checkpoints;
	draft<T>(body: (backend: Backend) => Promise<T>): Promise<T>;
	add(collection: string, values: Record<string, unknown>): Promise<string>;
	change(collection: string, id: string, values: Record<string, unknown>): Promise<void>;
	remove(collection: string, id: string): Promise<void>;
	/** All columns of all rows, by id. */
	rows(collection: string): Promise<readonly Record<string, unknown>[]>;
	column(collection: string, name: string): Promise<readonly unknown[]>;
	/** Changes the collections: gets a copy of what is there, by name. */
	alter(change: (collections: Map<string, PlainCollection>) => void): Promise<void>;
	/** A turn with its two checkpoints, as runs make them. @returns ids of both */
	turn(
		work: () => Promise<unknown>,
		tools?: readonly string[],
	): Promise<{ readonly before: string; readonly after: string; readonly run: string }>;
	files(): Promise<Record<string, string>>;
}

export const slug = 'shop';

export async function openPlace(dir?: string): Promise<Place> {
	const tinykit = await openInstallation({}, dir);
	const { runtime } = tinykit;
	const { checkpoints, backends } = runtime;
	const { store } = backends.builder.app;
	const draft: Place['draft'] = (body) => backends.use(slug, 'draft', body);
	const alter: Place['alter'] = (change) =>
		draft(async (backend) => {
			const map = new Map(readCollections(backend).map((each) => [each.name, each]));
			change(map);
			await applyCollections(backend, [...map.values()]);
		});
	if (dir === undefined) {
		await runtime.apps.create('Shop');
		await alter((all) => all.set('posts', table('posts', [text('title'), text('body')])));
		await runtime.workspace(slug).write('src/App.svelte', 'one');
	}
	const find = async (backend: Backend, name: string, id: string) => {
		const collection = backend.app.catalog.find(name);
		if (!collection) throw new Error(`no ${name}`);
		const row = await backend.app.store.get(sql`SELECT * FROM ${ident(name)} WHERE id = ${id}`);
		return { collection, row };
	};
	const rows: Place['rows'] = (name) =>
		draft(async ({ app }) => [
			...(await app.store.all(sql`SELECT * FROM ${ident(name)} ORDER BY id`)),
		]);
	return {
		tinykit,
		checkpoints,
		draft,
		rows,
		alter,
		column: async (name, column) => (await rows(name)).map((row) => row[column]).sort(),
		add: (name, values) =>
			draft(async (backend) => {
				const { collection } = await find(backend, name, '');
				const saved = await backend.app.store.write((tx) =>
					saveRecord(backend.app, tx, { collection, values }),
				);
				return String(saved.data['id']);
			}),
		change: (name, id, values) =>
			draft(async ({ app }) => {
				for (const [key, value] of Object.entries(values))
					await app.store.write((tx) =>
						tx.run(
							sql`UPDATE ${ident(name)} SET ${ident(key)} = ${value as string} WHERE id = ${id}`,
						),
					);
			}),
		remove: (name, id) =>
			draft(async ({ app }) => {
				await app.store.write((tx) => tx.run(sql`DELETE FROM ${ident(name)} WHERE id = ${id}`));
			}),
		async turn(work, tools = []) {
			const run = { id: randomUUID(), app: slug, text: 'Make it nicer' };
			await store.write(async (tx) => {
				await tx.run(sql`INSERT INTO _tk_runs (id, app, text, status, created)
					VALUES (${run.id}, ${slug}, ${run.text}, 'running', '2026-01-01T00:00:00.000Z')`);
				for (const [at, name] of tools.entries())
					await tx.run(sql`INSERT INTO _tk_events (run, seq, body)
						VALUES (${run.id}, ${at + 1}, ${JSON.stringify({ type: 'tool_started', name })})`);
			});
			const before = await checkpoints.begin(run);
			await work();
			const after = await checkpoints.end(run, 'after');
			await store.write((tx) =>
				tx.run(sql`UPDATE _tk_runs SET status = 'ended', reason = 'done' WHERE id = ${run.id}`),
			);
			return { before, after: after ?? '', run: run.id };
		},
		async files() {
			const root = join(tinykit.dir, 'workspace', slug);
			const found: Record<string, string> = {};
			for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
				const path = join(entry.parentPath, entry.name).slice(root.length + 1);
				if (entry.isFile() && !path.startsWith('.git'))
					found[path] = await readFile(join(root, path), 'utf8');
			}
			return found;
		},
	};
}

type Field = PlainCollection['fields'][number];
const field = (type: string, name: string, more: Record<string, unknown> = {}): Field => ({
	id: `${type}_${name}`,
	type,
	name,
	...more,
});
export const text = (name: string, more?: Record<string, unknown>): Field =>
	field('text', name, more);
export const select = (name: string, maxSelect: number): Field =>
	field('select', name, { values: ['a', 'b', 'c'], maxSelect });
export const relation = (
	name: string,
	collectionId: string,
	more?: Record<string, unknown>,
): Field => field('relation', name, { collectionId, maxSelect: 1, ...more });
export const file = (name: string): Field =>
	field('file', name, { maxSelect: 1, maxSize: 1_000_000 });

export const table = (
	name: string,
	fields: readonly Field[],
	more: Partial<PlainCollection> = {},
): PlainCollection => ({
	id: `tbl_${name}`,
	name,
	type: 'base',
	fields,
	indexes: [],
	...{ listRule: null, viewRule: null, createRule: null, updateRule: null, deleteRule: null },
	...more,
});
