import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	createCheckpoints,
	type CheckpointLimits,
} from '../../../../../src/lib/server/checkpoints/index.ts';
import { sql } from '../../../../../src/lib/server/backends.ts';
import { openPlace, slug, type Place } from './place.ts';

let place: Place;
beforeEach(async () => {
	place = await openPlace();
});
afterEach(() => place.tinykit.close());

const root = () => join(place.tinykit.dir, 'data/apps', slug, 'checkpoints');
const copies = async () => (await readdir(root())).length;
const list = async () => (await place.checkpoints.list(slug, 1, 200)).items;
const limited = (limits: CheckpointLimits) => {
	const { runtime } = place.tinykit;
	const { backends, env } = runtime;
	return createCheckpoints({
		...{ backends, limits, store: backends.builder.app.store },
		workspace: (app) => runtime.workspace(app),
		...{ dataDir: env.dataDir, now: () => new Date(), log: () => undefined, rowWriters: [] },
	});
};

describe('a turn', () => {
	it('has a checkpoint before it and one after it, that tells how to undo it', async () => {
		const { before, after, run } = await place.turn(() => place.add('posts', { title: 'one' }));
		expect(await list()).toMatchObject([
			{ id: after, kind: 'after', run, undo: before, note: 'Make it nicer', rows: { posts: 1 } },
			{ id: before, kind: 'before', run, undo: null, rows: { posts: 0 } },
		]);
	});

	it('that goes on after a pause keeps its first checkpoint', async () => {
		const run = { id: 'paused', app: slug, text: 'x' };
		const first = await place.checkpoints.begin(run);
		await place.add('posts', { title: 'one' });
		expect(await place.checkpoints.begin(run)).toBe(first);
	});
});

describe('a restore that was cut off', () => {
	it('and cannot be finished is given up: the others are finished, and the server starts', async () => {
		const { store } = place.tinykit.runtime.backends.builder.app;
		const workspace = place.tinykit.runtime.workspace(slug);
		const { id: code } = await workspace.snapshot();
		await workspace.write('src/App.svelte', 'two');
		await place.checkpoints.create(slug, '');
		for (const [app, commit] of [
			['gone', '0'.repeat(40)],
			[slug, code],
		])
			await store.write((tx) =>
				tx.run(
					sql`INSERT INTO _tk_restores (app, body) VALUES (${app ?? ''}, ${JSON.stringify({ code: commit, work: join(root(), '.work-x') })})`,
				),
			);
		await place.checkpoints.recover();
		expect(await place.files()).toEqual({ 'src/App.svelte': 'one' });
		expect(await store.all(sql`SELECT app FROM _tk_restores`)).toEqual([]);
	});
});

describe('what restores set aside', () => {
	it('stays, however many there are', async () => {
		const { store } = place.tinykit.runtime.backends.builder.app;
		await store.write((tx) =>
			tx.run(sql`INSERT INTO _tk_quarantines (id, app, checkpoint, created, count, bytes, collections)
				WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
				SELECT 'q' || i, ${slug}, '', '2030-01-01T00:00:00.000Z', 1, 1, '[]' FROM n`),
		);
		await place.checkpoints.create(slug, '');
		await mkdir(join(root(), 'quarantine'));
		await writeFile(join(root(), 'quarantine', 'q1.json'), '{}');
		await writeFile(join(root(), 'quarantine', 'none.json'), '{}');
		await place.checkpoints.recover();
		expect(await readdir(join(root(), 'quarantine'))).toEqual(['q1.json']);
	});
});

describe('the copy of the rows', () => {
	it('is shared while nothing is written, also across a restart', async () => {
		await place.checkpoints.create(slug, '');
		await place.checkpoints.create(slug, '');
		expect(await copies()).toBe(1);
		const { dir } = place.tinykit;
		await place.tinykit.close(true);
		place = await openPlace(dir);
		await place.checkpoints.create(slug, '');
		expect(await copies()).toBe(1);
		await place.add('posts', { title: 'one' });
		await place.checkpoints.create(slug, '');
		expect(await copies()).toBe(2);
		expect((await list()).every(({ hasData }) => hasData)).toBe(true);
	});

	it('takes no room for uploads that are there anyway', async () => {
		const upload = join(place.tinykit.dir, 'data/apps', slug, 'draft/storage/tbl_posts/r1/a.txt');
		await mkdir(join(upload, '..'), { recursive: true });
		await writeFile(upload, 'hello');
		await place.checkpoints.create(slug, '');
		const [id = ''] = await readdir(root());
		const kept = await stat(join(root(), id, 'storage/tbl_posts/r1/a.txt'));
		expect(kept.ino).toBe((await stat(upload)).ino);
	});

	it('is not left behind by dry runs', async () => {
		const { id } = await place.checkpoints.create(slug, '');
		for (const title of ['a', 'b', 'c']) {
			await place.add('posts', { title });
			await place.checkpoints.restore(slug, id, { parts: ['data'], dryRun: true });
		}
		await place.checkpoints.create(slug, '');
		expect(await copies()).toBe(2);
	});
});

describe('what is kept', () => {
	it('is bounded in number: the oldest go, what is bookmarked and the newest stay', async () => {
		const checkpoints = limited({ count: 3, bytes: Infinity });
		const made: string[] = [];
		for (let n = 0; n < 6; n++) {
			await place.add('posts', { title: String(n) });
			const { id } = await checkpoints.create(slug, String(n));
			made.push(id);
			if (n === 1) await checkpoints.update(slug, id, { bookmarked: true });
		}
		expect((await list()).map(({ note }) => note)).toEqual(['5', '4', '1']);
		expect(await copies()).toBe(3);
		await checkpoints.restore(slug, made[1] ?? '', { parts: ['data'] });
	});

	it('is bounded in bytes, shared copies counted once', async () => {
		const one = await place.checkpoints.create(slug, 'first');
		const checkpoints = limited({ count: 100, bytes: one.bytes * 2.5 });
		for (const note of ['a', 'b', 'c']) {
			await place.add('posts', { title: note });
			await checkpoints.create(slug, note);
			await checkpoints.create(slug, `${note} again`);
		}
		expect((await list()).map(({ note }) => note)).toEqual(['c again', 'c', 'b again', 'b']);
		expect(await copies()).toBe(2);
	});

	it('never loses the newest, whatever its size', async () => {
		await limited({ count: 1, bytes: 1 }).create(slug, 'only');
		expect(await list()).toHaveLength(1);
	});

	it('goes with the app', async () => {
		await place.checkpoints.create(slug, '');
		await place.tinykit.runtime.removeApp(slug);
		await expect(readdir(root())).rejects.toThrow('ENOENT');
		expect(await list()).toEqual([]);
	});
});
