import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCollections } from '../../../../../src/lib/server/app-collections.ts';
import { fingerprint } from '../../../../../src/lib/server/checkpoints/targets.ts';
import { openPlace, slug, text, type Place } from './place.ts';

/** An installation with a checkpoint and much that has changed since; each test works on a copy of it. */
let original: string;
let checkpoint: string;
let then: State;
let changed: State;

interface State {
	readonly files: Record<string, string>;
	readonly schema: string;
	readonly titles: readonly unknown[];
}
const stateOf = async (place: Place): Promise<State> => ({
	files: await place.files(),
	schema: await place.draft(async (backend) => fingerprint(readCollections(backend))),
	titles: await place.column('posts', 'title'),
});

beforeAll(async () => {
	const place = await openPlace();
	const files = place.tinykit.runtime.workspace(slug);
	await files.write('src/b.ts', 'b');
	const gone = await place.add('posts', { title: 'gone' });
	checkpoint = (await place.checkpoints.create(slug, '')).id;
	then = await stateOf(place);
	await files.write('src/App.svelte', 'two');
	await files.delete('src/b.ts');
	await files.write('src/c.ts', 'c');
	await place.remove('posts', gone);
	await place.add('posts', { title: 'new' });
	await place.alter((all) => {
		const posts = all.get('posts')!;
		all.set('posts', { ...posts, fields: [...posts.fields, text('extra')] });
	});
	changed = await stateOf(place);
	original = place.tinykit.dir;
	await place.tinykit.close(true);
});
afterAll(() => rm(original, { recursive: true, force: true }));

async function killed(step: string): Promise<string> {
	const dir = await mkdtemp(join(tmpdir(), 'tinykit-crash-'));
	await cp(original, dir, { recursive: true });
	const child = spawn(
		process.execPath,
		[join(import.meta.dirname, 'crash-child.ts'), dir, checkpoint, step],
		{ stdio: 'inherit' },
	);
	const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
	expect([code, signal]).toEqual(step === 'never' ? [0, null] : [null, 'SIGKILL']);
	return dir;
}

describe('kill -9 during a restore', () => {
	it.each([
		['merged', 'undone'],
		['begun', 'done'],
		['code', 'done'],
		['uploads', 'done'],
		['data', 'done'],
		['done', 'done'],
		['never', 'done'],
	])('at %s: the next start finds it %s, all of it', async (step, outcome) => {
		const dir = await killed(step);
		const place = await openPlace(dir);
		try {
			const expected =
				outcome === 'undone' ? changed : { ...then, titles: [...then.titles, 'new'].sort() };
			expect(await stateOf(place)).toEqual(expected);
			// Nothing half made is left, and nothing half made is offered.
			const left = await readdir(join(dir, 'data/apps', slug, 'checkpoints'));
			expect(left.filter((name) => name.startsWith('.'))).toEqual([]);
			const { items } = await place.checkpoints.list(slug, 1, 10);
			expect(items.map(({ kind, hasData }) => [kind, hasData])).toEqual([
				['restore', true],
				['manual', true],
			]);
			// The way back works.
			await place.checkpoints.restore(slug, items[0]?.id ?? '', {
				parts: ['code', 'schema', 'data'],
			});
			expect((await stateOf(place)).files).toEqual(changed.files);
			expect((await stateOf(place)).schema).toEqual(changed.schema);
			expect((await stateOf(place)).titles).toContain('new');
		} finally {
			await place.tinykit.close();
		}
	});
});

describe('a turn that was cut off', () => {
	it('has a checkpoint of what it left, made at the next start', async () => {
		const dir = await mkdtemp(join(tmpdir(), 'tinykit-crash-'));
		await cp(original, dir, { recursive: true });
		const before = await openPlace(dir);
		const run = { id: 'cut-off', app: slug, text: 'Make it blue' };
		const { store } = before.tinykit.runtime.backends.builder.app;
		await store.write((tx) =>
			tx.run({
				sql: `INSERT INTO _tk_runs (id, app, text, status, created) VALUES ('cut-off', '${slug}', 'Make it blue', 'running', '2026-01-01')`,
				params: [],
			}),
		);
		await store.write((tx) =>
			tx.run({
				sql: `INSERT INTO _tk_events (run, seq, body) VALUES ('cut-off', 1, '{"type":"started","seq":1,"at":"2026-01-01","text":"","provider":"","model":""}')`,
				params: [],
			}),
		);
		const undo = await before.checkpoints.begin(run);
		await before.tinykit.runtime.workspace(slug).write('src/App.svelte', 'half');
		// As if the process had ended here: nobody tells the run's end.
		await before.tinykit.runtime.backends.close();
		before.tinykit.server.close();

		const after = await openPlace(dir);
		try {
			const [newest] = (await after.checkpoints.list(slug, 1, 1)).items;
			expect(newest).toMatchObject({ kind: 'interrupted', run: run.id, undo });
			await after.checkpoints.restore(slug, undo, { parts: ['code'] });
			expect(await after.files()).toEqual(changed.files);
			await after.checkpoints.restore(slug, newest?.id ?? '', { parts: ['code'] });
			expect((await after.files())['src/App.svelte']).toBe('half');
		} finally {
			await after.tinykit.close();
		}
	});
});
