import { chmod, link, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TinykitError } from '#lib/contracts/index.ts';
import { createWorkspace } from '#lib/server/workspace/index.ts';
import { codeOf, place, sha256, tree } from './fixture.ts';
import { allowedPaths, refusedPaths } from './paths.ts';

describe('files', () => {
	it('lists nothing and creates nothing before the first write', async () => {
		const { workspace, root } = await place();
		expect(await workspace.list()).toEqual([]);
		expect(await workspace.readAll()).toEqual([]);
		expect(await codeOf(workspace.read('src/App.svelte'))).toBe('file_not_found');
		expect(await codeOf(workspace.delete('src/App.svelte'))).toBe('file_not_found');
		await expect(stat(root)).rejects.toThrow('ENOENT');
	});

	it('writes, reads, lists sorted, and hashes', async () => {
		const { workspace, again } = await place();
		const text = 'grüße\n日本\n';
		const entry = await workspace.write('src/b.ts', text);
		expect(entry).toEqual({ path: 'src/b.ts', size: 15, hash: sha256(text) });
		await workspace.write('src/a/c.ts', '');
		await workspace.write('app.json', '{}');
		for (const one of [workspace, again()]) {
			expect(await one.read('src/b.ts')).toEqual({ ...entry, text });
			expect((await one.list()).map((file) => file.path)).toEqual([
				'app.json',
				'src/a/c.ts',
				'src/b.ts',
			]);
			expect((await one.list())[2]).toEqual(entry);
		}
		expect((await workspace.readAll()).map((file) => [file.path, String(file.bytes)])).toEqual([
			['app.json', '{}'],
			['src/a/c.ts', ''],
			['src/b.ts', text],
		]);
	});

	it('sees changes made by other programs, with the same size and right after its own write', async () => {
		const { workspace, folder } = await place();
		await workspace.write('a.ts', 'one');
		for (const text of ['two', 'six', 'ten']) {
			await writeFile(join(folder, 'a.ts'), text);
			expect((await workspace.list())[0]?.hash).toBe(sha256(text));
		}
	});

	it('writes private files', async () => {
		const { workspace, folder } = await place();
		await workspace.write('src/a.ts', 'x');
		expect((await stat(join(folder, 'src/a.ts'))).mode & 0o777).toBe(0o600);
		expect((await stat(join(folder, 'src'))).mode & 0o777).toBe(0o700);
	});

	it('deletes a file with the folders that are empty then, and keeps the others', async () => {
		const { workspace, folder } = await place();
		await workspace.write('src/a/b/c.ts', 'x');
		await workspace.write('src/d.ts', 'y');
		await workspace.delete('src/a/b/c.ts');
		expect(await readdir(join(folder, 'src'))).toEqual(['d.ts']);
	});

	it('renames into new folders and leaves no empty ones', async () => {
		const { workspace, folder } = await place();
		const { hash, size } = await workspace.write('src/a/b.ts', 'x');
		expect(await workspace.rename('src/a/b.ts', 'src/c/d.ts')).toEqual({
			path: 'src/c/d.ts',
			hash,
			size,
		});
		expect(await tree(folder)).toEqual({ 'src/c/d.ts': 'x' });
		expect(await readdir(join(folder, 'src'))).toEqual(['c']);
		expect((await workspace.rename('src/c/d.ts', 'src/c/D.ts')).path).toBe('src/c/D.ts');
	});

	it('destroys the folder with its history, also twice', async () => {
		const { workspace, root } = await place();
		await workspace.write('a.ts', 'x');
		await workspace.snapshot();
		await workspace.destroy();
		await workspace.destroy();
		expect(await readdir(root)).toEqual([]);
		await workspace.write('b.ts', 'y');
		expect((await workspace.list()).map((file) => file.path)).toEqual(['b.ts']);
	});

	it.each(['', '..', 'a/b', 'A', '.git', 'x'.repeat(41), 'a--b'])('has no app named %j', (slug) => {
		expect(() => createWorkspace({ root: '/nowhere', slug })).toThrow(TinykitError);
	});
});

describe('conditions', () => {
	it('creates only what is not there (ifMatch null)', async () => {
		const { workspace } = await place();
		await workspace.write('a.ts', 'one', { ifMatch: null });
		expect(await codeOf(workspace.write('a.ts', 'two', { ifMatch: null }))).toBe('file_exists');
		expect((await workspace.read('a.ts')).text).toBe('one');
	});

	it('writes, deletes and renames only what was read, and says what is there now', async () => {
		const { workspace } = await place();
		const { hash } = await workspace.write('a.ts', 'one');
		const stale = sha256('other');
		for (const work of [
			() => workspace.write('a.ts', 'two', { ifMatch: stale }),
			() => workspace.delete('a.ts', { ifMatch: stale }),
			() => workspace.rename('a.ts', 'b.ts', { ifMatch: stale }),
		]) {
			const error: unknown = await work().catch((caught: unknown) => caught);
			expect(error).toBeInstanceOf(TinykitError);
			expect(error).toMatchObject({ code: 'file_changed', status: 412 });
			expect((error as TinykitError).details).toEqual({ path: 'a.ts', hash });
		}
		expect((await workspace.list()).map((file) => file.hash)).toEqual([hash]);
		const next = await workspace.write('a.ts', 'two', { ifMatch: hash });
		await workspace.rename('a.ts', 'b.ts', { ifMatch: next.hash });
		await workspace.delete('b.ts', { ifMatch: next.hash });
	});

	it('does not write over a file that is gone', async () => {
		const { workspace } = await place();
		const error: unknown = await workspace
			.write('a.ts', 'x', { ifMatch: sha256('x') })
			.catch((caught: unknown) => caught);
		expect(error).toMatchObject({ code: 'file_changed', details: { path: 'a.ts', hash: null } });
		expect(await workspace.list()).toEqual([]);
	});

	it('lets exactly one of many writers win who all read the same', async () => {
		const { workspace, again } = await place();
		const { hash } = await workspace.write('a.ts', 'start');
		const other = again();
		const codes = await Promise.all(
			Array.from({ length: 20 }, (_, n) =>
				codeOf((n % 2 ? workspace : other).write('a.ts', `writer ${String(n)}`, { ifMatch: hash })),
			),
		);
		expect(codes.filter((code) => code === 'done')).toHaveLength(1);
		expect(codes.filter((code) => code === 'file_changed')).toHaveLength(19);
	});
});

describe('names', () => {
	it.each(refusedPaths)('refuses %j everywhere and touches nothing', async (path, code) => {
		const { workspace, root, outside } = await place();
		await workspace.write('src/App.svelte', 'x');
		const before = await tree(join(root, '..'));
		for (const work of [
			() => workspace.read(path),
			() => workspace.readBytes(path),
			() => workspace.write(path, 'evil'),
			() => workspace.delete(path),
			() => workspace.rename(path, 'src/b.ts'),
			() => workspace.rename('src/App.svelte', path),
		]) {
			expect(await codeOf(work())).toBe(code);
		}
		expect(await tree(join(root, '..'))).toEqual(before);
		expect(await readdir(outside)).toEqual(['secret.txt']);
	});

	it('writes every allowed name and lists it', async () => {
		const { workspace } = await place();
		for (const path of allowedPaths) await workspace.write(path, path);
		const listed = (await workspace.list()).map((file) => file.path);
		expect([...listed].sort()).toEqual([...allowedPaths].sort());
	});

	it.each([
		['src/App.svelte', 'src/app.svelte'],
		['src/App.svelte', 'SRC/other.ts'],
		['src/Lib/a.ts', 'src/lib/b.ts'],
		['src/stra\u00dfe.ts', 'src/STRA\u00dfE.ts'],
	])('takes %j and %j for one name', async (first, second) => {
		const { workspace } = await place();
		await workspace.write(first, 'x');
		await workspace.write('other.ts', 'y');
		expect(await codeOf(workspace.write(second, 'y'))).toBe('file_exists');
		expect(await codeOf(workspace.rename('other.ts', second))).toBe('file_exists');
	});

	it('has no file and folder of one name', async () => {
		const { workspace } = await place();
		await workspace.write('src/a/b.ts', 'x');
		expect(await codeOf(workspace.write('src/a', 'y'))).toBe('file_exists');
		expect(await codeOf(workspace.write('src/a/b.ts/c.ts', 'y'))).toBe('file_exists');
		expect(await codeOf(workspace.read('src/a'))).toBe('file_not_found');
		expect(await codeOf(workspace.read('src/a/b.ts/c.ts'))).toBe('file_not_found');
	});

	it('shows nothing of git, packages, secrets and other programs', async () => {
		const { workspace, folder } = await place();
		await workspace.write('a.ts', 'x');
		for (const path of [
			'.git/config',
			'node_modules/m/x.js',
			'.env',
			'.vscode/s.json',
			'b\\c.ts',
		]) {
			await mkdir(join(folder, path, '..'), { recursive: true });
			await writeFile(join(folder, path), 'x');
		}
		expect((await workspace.list()).map((file) => file.path)).toEqual(['a.ts']);
	});
});

describe('links', () => {
	it.each(['file', 'folder', 'dangling'])('refuses a %s that is a link', async (kind) => {
		const { workspace, folder, outside } = await place();
		await workspace.write('src/App.svelte', 'x');
		const name = kind === 'folder' ? 'src/linked/secret.txt' : 'src/linked.txt';
		const target = { file: join(outside, 'secret.txt'), folder: outside, dangling: '/nowhere/x' };
		await symlink(
			target[kind as keyof typeof target],
			join(folder, kind === 'folder' ? 'src/linked' : name),
		);
		expect(await codeOf(workspace.read(name))).toBe('path_is_link');
		expect(await codeOf(workspace.write(name, 'evil'))).toBe('path_is_link');
		expect(await codeOf(workspace.delete(name))).toBe('path_is_link');
		expect(await codeOf(workspace.rename(name, 'src/b.ts'))).toBe('path_is_link');
		expect(await codeOf(workspace.rename('src/App.svelte', name))).toBe('path_is_link');
		expect((await workspace.list()).map((file) => file.path)).toEqual(['src/App.svelte']);
		expect(await tree(outside)).toEqual({ 'secret.txt': 'untouched' });
	});

	it('refuses a workspace that is a link itself', async () => {
		const { workspace, folder, root, outside } = await place();
		await mkdir(root);
		await symlink(outside, folder);
		expect(await codeOf(workspace.write('a.ts', 'evil'))).toBe('path_is_link');
		expect(await codeOf(workspace.read('secret.txt'))).toBe('path_is_link');
		expect(await codeOf(workspace.list())).toBe('path_is_link');
		expect(await tree(outside)).toEqual({ 'secret.txt': 'untouched' });
	});

	it('refuses a history behind a link', async () => {
		const { workspace, folder, outside } = await place();
		await workspace.write('a.ts', 'x');
		await symlink(outside, join(folder, '.git'));
		expect(await codeOf(workspace.snapshot())).toBe('path_is_link');
		expect(await tree(outside)).toEqual({ 'secret.txt': 'untouched' });
	});

	it('never writes into a file that has a second name outside', async () => {
		const { workspace, folder, outside } = await place();
		await workspace.write('a.ts', 'x');
		await link(join(outside, 'secret.txt'), join(folder, 'hard.txt'));
		await workspace.write('hard.txt', 'mine');
		expect(await tree(outside)).toEqual({ 'secret.txt': 'untouched' });
	});
});

describe('limits', () => {
	it('takes 1 MB and not a byte more', async () => {
		const { workspace, folder } = await place();
		const most = 1024 * 1024;
		expect(await codeOf(workspace.write('a.txt', 'x'.repeat(most)))).toBe('done');
		expect(await codeOf(workspace.write('b.txt', 'x'.repeat(most + 1)))).toBe('file_too_large');
		expect(await codeOf(workspace.write('b.txt', 'ü'.repeat(most / 2 + 1)))).toBe('file_too_large');
		expect(await readdir(folder)).toEqual(['a.txt']);
	});

	it('does not read what another program made too large', async () => {
		const { workspace, folder } = await place({ fileBytes: 10 });
		await workspace.write('a.txt', 'x');
		await writeFile(join(folder, 'large.txt'), 'x'.repeat(11));
		expect(await codeOf(workspace.read('large.txt'))).toBe('file_too_large');
		expect((await workspace.list()).map((file) => file.path)).toEqual(['a.txt']);
	});

	it('takes so many files, counts what it replaces once', async () => {
		const { workspace } = await place({ files: 3 });
		for (const name of ['a.ts', 'b.ts', 'c.ts']) await workspace.write(name, 'x');
		expect(await codeOf(workspace.write('d.ts', 'x'))).toBe('too_many_files');
		expect(await codeOf(workspace.write('c.ts', 'y'))).toBe('done');
		await workspace.delete('a.ts');
		expect(await codeOf(workspace.write('d.ts', 'x'))).toBe('done');
	});

	it('takes so many bytes in all', async () => {
		const { workspace } = await place({ totalBytes: 10 });
		await workspace.write('a.ts', '12345');
		expect(await codeOf(workspace.write('b.ts', '123456'))).toBe('workspace_full');
		expect(await codeOf(workspace.write('a.ts', '1234567890'))).toBe('done');
		expect((await workspace.list()).map((file) => file.path)).toEqual(['a.ts']);
	});

	it.each([
		['NUL', 'a\0b'],
		['half a character', 'a\ud83d'],
	])('writes no %s', async (_name, text) => {
		const { workspace } = await place();
		expect(await codeOf(workspace.write('a.ts', text))).toBe('file_not_text');
		expect(await workspace.list()).toEqual([]);
	});

	it('reads bytes that are no text only as bytes', async () => {
		const { workspace, folder } = await place();
		await workspace.write('a.ts', 'x');
		const bytes = Buffer.from([0x89, 0x50, 0xff, 0x00]);
		await writeFile(join(folder, 'a.png'), bytes);
		expect(await codeOf(workspace.read('a.png'))).toBe('file_not_text');
		expect(Buffer.from((await workspace.readBytes('a.png')).bytes)).toEqual(bytes);
	});

	it('says when the disk refuses, and not what it said', async () => {
		if (process.getuid?.() === 0) {
			// Root may write anywhere; a root folder that is a file fails for everybody.
			const { root } = await place();
			await writeFile(root, 'a file');
			const workspace = createWorkspace({ root: join(root, 'below'), slug: 'demo' });
			expect(await codeOf(workspace.write('a.ts', 'x'))).not.toBe('done');
			return;
		}
		const { workspace, folder } = await place();
		await workspace.write('a.ts', 'x');
		await chmod(folder, 0o500);
		const error: unknown = await workspace.write('b.ts', 'x').catch((caught: unknown) => caught);
		await chmod(folder, 0o700);
		expect(error).toMatchObject({
			code: 'workspace_failure',
			message: 'The workspace could not be written.',
		});
	});
});
