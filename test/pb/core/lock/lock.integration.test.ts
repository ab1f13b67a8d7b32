import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock, lockFile, lockHolder } from '../../../../pb/core/lock/index.ts';

let dir: string;
beforeEach(async () => {
	dir = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const deadPid = async (): Promise<number> => {
	const child = spawn(process.execPath, ['-e', '0']);
	await once(child, 'exit');
	return child.pid!;
};

describe('acquireLock', () => {
	it('holds a directory, also a new one, until it is released', async () => {
		const path = join(dir, 'new', 'data');
		const lock = await acquireLock(path);
		expect(lockHolder(path)).toBe(process.pid);
		await expect(acquireLock(path)).rejects.toThrow(
			`The data directory ${path} is in use by process ${process.pid}.`,
		);
		await lock.release();
		await lock.release();
		expect(lockHolder(path)).toBeUndefined();
		expect(await readdir(path)).toEqual([]);
		await (await acquireLock(path)).release();
	});

	it.each([
		['a free directory', undefined],
		['one whose process is gone', '1\n1\n'],
		['one with an empty lock', ''],
	])('gives %s to one of many who come at once', async (_, stale) => {
		for (let round = 0; round < 30; round++) {
			if (stale !== undefined) await writeFile(join(dir, lockFile), stale);
			const all = await Promise.allSettled(Array.from({ length: 10 }, () => acquireLock(dir)));
			const [first, ...more] = all.flatMap((one) =>
				one.status === 'fulfilled' ? [one.value] : [],
			);
			expect(more).toEqual([]);
			expect(await readdir(dir)).toEqual([lockFile]);
			await first?.release();
		}
	});

	it('takes over what a process left that died while it removed a lock', async () => {
		await writeFile(join(dir, lockFile), '');
		const turn = join(dir, `${lockFile}.turn`);
		await mkdir(turn);
		await utimes(turn, 0, 0);
		const lock = await acquireLock(dir);
		expect(await readdir(dir)).toEqual([lockFile]);
		await lock.release();
	});

	it.each([
		['a process that is gone', async () => `${await deadPid()}\n1\n`],
		['a process whose number somebody else has now', async () => `${process.ppid}\n1\n`],
		['an earlier life of this process', async () => `${process.pid}\n1\n`],
		['nobody', async () => ''],
		['no number', async () => 'x\n'],
	])('takes over the lock of %s', async (_, content) => {
		await writeFile(join(dir, lockFile), await content());
		expect(lockHolder(dir)).toBeUndefined();
		const lock = await acquireLock(dir);
		expect(await readFile(join(dir, lockFile), 'utf8')).toMatch(new RegExp(`^${process.pid}\n`));
		expect(await readdir(dir)).toEqual([lockFile]);
		await lock.release();
	});

	it('leaves a lock alone that is not its own any more', async () => {
		const lock = await acquireLock(dir);
		await writeFile(join(dir, lockFile), `${process.ppid}\n\n`);
		await lock.release();
		expect(lockHolder(dir)).toBe(process.ppid);
	});
});
