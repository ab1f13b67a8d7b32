import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../../pb/sql/index.ts';
import { openReopenable, openSqliteStore, type ReopenableStore } from '../../../pb/store/index.ts';

let directory: string;
let path: string;
let store: ReopenableStore;
let opens: number;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'reopenable-'));
	path = join(directory, 'data.db');
	opens = 0;
	store = await openReopenable(() => {
		opens += 1;
		return openSqliteStore({ path, durability: 'normal', queryTimeoutMs: 5_000 });
	});
	await store.write((tx) => tx.run(sql`CREATE TABLE t (n INTEGER PRIMARY KEY)`));
});
afterEach(async () => {
	await store.close();
	await rm(directory, { recursive: true, force: true });
});

const add = (n: number): Promise<unknown> =>
	store.write((tx) => tx.run(sql`INSERT INTO t VALUES (${n})`));
const rows = async (): Promise<unknown[]> =>
	(await store.all(sql`SELECT n FROM t ORDER BY n`)).map((row) => row['n']);
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('openReopenable', () => {
	it('exchanges the file while calls wait', async () => {
		await add(1);
		const saved = join(directory, 'saved.db');
		await store.snapshot(saved);
		await add(2);
		const log: string[] = [];
		let calls: Promise<unknown> = Promise.resolve();
		await store.replace(async () => {
			log.push('start');
			calls = Promise.all([
				add(3).then(() => log.push('write')),
				store.get(sql`SELECT 1`).then(() => log.push('read')),
				store.scan(sql`SELECT 1`).then(() => log.push('scan')),
			]);
			await copyFile(saved, path);
			await pause();
			log.push('end');
		});
		await calls;
		expect(log.slice(0, 2)).toEqual(['start', 'end']);
		expect(log.slice(2).sort()).toEqual(['read', 'scan', 'write']);
		expect(await rows()).toEqual([1, 3]);
		expect(opens).toBe(2);
	});

	it('counts on when the file was exchanged', async () => {
		const versions = [store.version];
		await add(1);
		versions.push(store.version);
		// What is noted meanwhile must never be met again: nothing can have been read yet.
		let during = 0;
		await store.replace(async () => void (during = store.version));
		versions.push(store.version);
		for (let n = 10; n < 15; n++) {
			expect(store.version).toBeGreaterThan(during);
			await add(n);
		}
		await add(2);
		versions.push(store.version);
		expect(new Set(versions).size).toBe(4);
		expect(versions).toEqual(versions.toSorted((a, b) => a - b));
	});

	it('lets a running write end first, with effects that read', async () => {
		const log: unknown[] = [];
		const writing = store.write(async (tx) => {
			await pause();
			await tx.run(sql`INSERT INTO t VALUES (1)`);
			tx.afterCommit(async () => {
				await pause();
				log.push(await rows());
			});
		});
		await store.replace(async () => void log.push('replaced'));
		await writing;
		expect(log).toEqual([[1], 'replaced']);
	});

	it('opens again when the action fails, and passes the error on', async () => {
		await expect(store.replace(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
		await add(1);
		expect(await rows()).toEqual([1]);
	});

	it('can be put right by a second exchange when the new file cannot be opened', async () => {
		await add(1);
		const saved = join(directory, 'saved.db');
		await store.snapshot(saved);
		const { writeFile } = await import('node:fs/promises');
		await expect(store.replace(() => writeFile(path, 'x'.repeat(5000)))).rejects.toMatchObject({
			code: 'disk_failure',
		});
		await expect(rows()).rejects.toMatchObject({ code: 'closed' });
		await store.replace(() => copyFile(saved, path));
		expect(await rows()).toEqual([1]);
	});

	it('exchanges one after the other, and not after the end', async () => {
		const log: string[] = [];
		await Promise.all([
			store.replace(async () => {
				await pause();
				log.push('first');
			}),
			store.replace(async () => void log.push('second')),
		]);
		expect(log).toEqual(['first', 'second']);
		await store.close();
		await expect(store.replace(async () => undefined)).rejects.toMatchObject({ code: 'closed' });
	});
});
