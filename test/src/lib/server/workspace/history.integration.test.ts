import * as fs from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import git from 'isomorphic-git';
import { describe, expect, it } from 'vitest';
import { createWorkspace } from '#lib/server/workspace/index.ts';
import { codeOf, place, tree } from './fixture.ts';

const files = async (folder: string): Promise<Record<string, string>> => {
	const all = await tree(folder);
	return Object.fromEntries(Object.entries(all).filter(([path]) => !path.startsWith('.git/')));
};

describe('snapshots', () => {
	it('brings back every file, removes what came later, and keeps later snapshots', async () => {
		const { workspace, folder } = await place();
		await workspace.write('src/App.svelte', 'one');
		await workspace.write('src/lib/a.ts', 'a');
		const first = await workspace.snapshot('first');
		await workspace.write('src/App.svelte', 'two');
		await workspace.delete('src/lib/a.ts');
		// A folder where a file was, and the other way round.
		await workspace.write('src/lib', 'now a file');
		await workspace.write('new/b.ts', 'b');
		const second = await workspace.snapshot('second');
		expect(first.isNew && second.isNew).toBe(true);

		await workspace.restore(first.id);
		expect(await files(folder)).toEqual({ 'src/App.svelte': 'one', 'src/lib/a.ts': 'a' });
		await workspace.restore(second.id);
		expect(await files(folder)).toEqual({
			'new/b.ts': 'b',
			'src/App.svelte': 'two',
			'src/lib': 'now a file',
		});
	});

	it('is a git history that any git reads', async () => {
		const { folder, root } = await place();
		const now = (): Date => new Date('2026-01-02T03:04:05Z');
		const workspace = createWorkspace({ root, slug: 'demo', now });
		await workspace.write('src/App.svelte', 'grüße');
		await workspace.write('a.ts', 'a');
		const { id } = await workspace.snapshot('Add a guestbook');
		await workspace.write('a.ts', 'b');
		const second = await workspace.snapshot('Change it');
		const log = await git.log({ fs, dir: folder });
		expect(log.map(({ oid, commit }) => [oid, commit.message, commit.author.timestamp])).toEqual([
			[second.id, 'Change it\n', 1767323045],
			[id, 'Add a guestbook\n', 1767323045],
		]);
		const { blob } = await git.readBlob({ fs, dir: folder, oid: id, filepath: 'src/App.svelte' });
		expect(Buffer.from(blob).toString()).toBe('grüße');
	});

	it('is the same snapshot while nothing changes', async () => {
		const { workspace, again } = await place();
		await workspace.write('a.ts', 'a');
		const first = await workspace.snapshot();
		expect(await workspace.snapshot()).toEqual({ id: first.id, isNew: false });
		expect(await again().snapshot()).toEqual({ id: first.id, isNew: false });
	});

	it('can be taken of nothing', async () => {
		const { workspace } = await place();
		const { id } = await workspace.snapshot();
		await workspace.write('a.ts', 'a');
		await workspace.restore(id);
		expect(await workspace.list()).toEqual([]);
	});

	it.each(['', 'HEAD', '0'.repeat(40), '../../x', 'f'.repeat(39)])(
		'refuses the id %j',
		async (id) => {
			const { workspace, folder } = await place();
			await workspace.write('a.ts', 'a');
			await workspace.snapshot();
			expect(await codeOf(workspace.restore(id))).toBe('snapshot_not_found');
			expect(await files(folder)).toEqual({ 'a.ts': 'a' });
		},
	);

	it('refuses the id of something that is no snapshot', async () => {
		const { workspace, folder } = await place();
		await workspace.write('a.ts', 'a');
		const { id } = await workspace.snapshot();
		const { commit } = await git.readCommit({ fs, dir: folder, oid: id });
		expect(await codeOf(workspace.restore(commit.tree))).toBe('snapshot_not_found');
	});

	it('finishes at the next start what a crash interrupted', async () => {
		const { workspace, again, folder } = await place();
		await workspace.write('a.ts', 'old a');
		await workspace.write('b.ts', 'old b');
		const { id } = await workspace.snapshot();
		// As a crash after the first file of a restore leaves it.
		await workspace.write('b.ts', 'new b');
		await workspace.write('c.ts', 'new c');
		await writeFile(join(folder, '.git/tinykit-restore'), id);

		expect((await again().list()).map((file) => file.path)).toEqual(['a.ts', 'b.ts']);
		expect(await files(folder)).toEqual({ 'a.ts': 'old a', 'b.ts': 'old b' });
		await expect(readFile(join(folder, '.git/tinykit-restore'))).rejects.toThrow('ENOENT');
	});

	it('goes on after a crash while the history was made', async () => {
		const { workspace, again, folder } = await place();
		await workspace.write('a.ts', 'a');
		await workspace.snapshot();
		await rm(join(folder, '.git/HEAD'));
		await workspace.write('a.ts', 'b');
		expect((await again().snapshot()).isNew).toBe(true);
		expect(await git.log({ fs, dir: folder })).toHaveLength(2);
	});

	it('leaves no temporary files', async () => {
		const { workspace, folder } = await place();
		for (const text of ['a', 'b', 'c']) {
			await workspace.write('a.ts', text);
			await workspace.snapshot();
		}
		const all = await readdir(folder, { recursive: true });
		expect(all.filter((name) => name.endsWith('.tmp'))).toEqual([]);
	});
});
