import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Database from 'better-sqlite3';
import { ident, sql } from '../../../../pb/sql/index.ts';
import {
	openSqliteStore,
	type SqliteStoreOptions,
	type Store,
} from '../../../../pb/store/index.ts';

let directory: string;
let store: Store | undefined;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'durability-'));
});
afterEach(async () => {
	await store?.close();
	store = undefined;
	await rm(directory, { recursive: true, force: true });
});

/** An fsync that the test lets through by hand. */
function gate() {
	const waiting: { pass: () => void; fail: (error: Error) => void }[] = [];
	return {
		waiting,
		fsync: () =>
			new Promise<void>((resolve, reject) => waiting.push({ pass: resolve, fail: reject })),
	};
}

async function open(options: Partial<SqliteStoreOptions> = {}): Promise<Store> {
	const path = join(directory, 'data.db');
	const made = await openSqliteStore({ path, durability: 'normal', queryTimeoutMs: 5_000 });
	await made.write((tx) =>
		tx.run(sql`CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, v TEXT)`),
	);
	await made.close();
	store = await openSqliteStore({ path, durability: 'full', queryTimeoutMs: 5_000, ...options });
	return store;
}
const insert = (target: Store, value: string): Promise<unknown> =>
	target.write((tx) => tx.run(sql`INSERT INTO t (v) VALUES (${value})`));
const turns = async (count = 20): Promise<void> => {
	for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('durability full', () => {
	it('answers and runs effects only after an fsync that began after the commit', async () => {
		const { fsync, waiting } = gate();
		const target = await open({ fsync });
		const log: string[] = [];
		const first = target
			.write(async (tx) => {
				tx.afterCommit(() => void log.push('effect'));
				await tx.run(sql`INSERT INTO t (v) VALUES ('a')`);
			})
			.then(() => log.push('answer'));
		await turns();
		expect(waiting).toHaveLength(1);
		// Committed while the first fsync runs: that one does not cover it.
		const second = insert(target, 'b').then(() => log.push('second'));
		await turns();
		expect(log).toEqual([]);
		waiting[0]!.pass();
		await first;
		await turns();
		expect(log).toEqual(['effect', 'answer']);
		expect(waiting).toHaveLength(2);
		waiting[1]!.pass();
		await second;
	});

	it('lets many commits share one fsync', async () => {
		const { fsync, waiting } = gate();
		const target = await open({ fsync });
		const writes = Promise.all(Array.from({ length: 50 }, (_, i) => insert(target, String(i))));
		await turns();
		expect(waiting).toHaveLength(1);
		waiting[0]!.pass();
		await writes;
		expect(waiting).toHaveLength(1);
	});

	it('does not wait for the disk to read, and asks for no fsync when nothing was written', async () => {
		const { fsync, waiting } = gate();
		const target = await open({ fsync });
		await target.write((tx) => tx.get(sql`SELECT 1`));
		expect(waiting).toHaveLength(0);
		const write = insert(target, 'a');
		await turns();
		expect(await target.get(sql`SELECT count(*) AS c FROM t`)).toEqual({ c: 1 });
		// It read what is not on disk yet, so it answers after it.
		let isAnswered = false;
		const read = target.write((tx) => tx.get(sql`SELECT v FROM t`)).then(() => (isAnswered = true));
		await turns();
		expect(isAnswered).toBe(false);
		waiting[0]!.pass();
		await Promise.all([write, read]);
	});

	it('promises nothing after a failed fsync, and still reads', async () => {
		const { fsync, waiting } = gate();
		const target = await open({ fsync });
		const log: string[] = [];
		const write = target.write(async (tx) => {
			tx.afterCommit(() => void log.push('effect'));
			await tx.run(sql`INSERT INTO t (v) VALUES ('a')`);
		});
		await turns();
		waiting[0]!.fail(new Error('EIO'));
		await expect(write).rejects.toMatchObject({ code: 'disk_failure' });
		await expect(insert(target, 'b')).rejects.toMatchObject({ code: 'disk_failure' });
		expect(log).toEqual([]);
		expect(await target.get(sql`SELECT count(*) AS c FROM t`)).toEqual({ c: 1 });
	});

	it('waits for nothing with durability normal', async () => {
		const { fsync, waiting } = gate();
		const target = await open({ fsync, durability: 'normal' });
		await insert(target, 'a');
		expect(waiting).toHaveLength(0);
	});
});

describe('the log', () => {
	it('is moved into the database under load and does not grow without bound', async () => {
		const target = await open();
		const value = 'x'.repeat(3_000);
		// 40,000 pages of 4 KiB: without checkpoints a log of 160 MB.
		for (let i = 0; i < 200; i++) {
			await target.write(async (tx) => {
				for (let j = 0; j < 200; j++) await tx.run(sql`INSERT INTO t (v) VALUES (${value})`);
			});
		}
		const { size } = await stat(join(directory, 'data.db-wal'));
		expect(size).toBeLessThan(80 << 20);
		expect(await target.get(sql`SELECT count(*) AS c FROM t`)).toEqual({ c: 40_000 });
		await target.optimize();
		expect((await stat(join(directory, 'data.db-wal'))).size).toBe(0);
		await target.close();
		const file = new Database(join(directory, 'data.db'), { readonly: true });
		expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
		file.close();
	});
});

describe('failures', () => {
	it.each([
		['text', Buffer.from('this is no database, whatever its name says')],
		['random bytes', Buffer.alloc(8192, 0xa5)],
	])('refuses a file of %s and leaves it as it is', async (_, bytes) => {
		const { readFile, writeFile } = await import('node:fs/promises');
		const path = join(directory, 'broken.db');
		await writeFile(path, bytes);
		const opening = openSqliteStore({ path, durability: 'full', queryTimeoutMs: 1_000 });
		await expect(opening).rejects.toMatchObject({ code: 'disk_failure' });
		expect(await readFile(path)).toEqual(bytes);
	});

	it('undoes the whole transaction when the disk is full, and works again with space', async () => {
		const target = await open();
		const limit = (pages: number) =>
			({ kind: 'text', text: `PRAGMA max_page_count = ${pages}` }) as const;
		const fill = target.write(async (tx) => {
			await tx.all(limit(20));
			await tx.run(sql`INSERT INTO t (v) VALUES ('first')`);
			// The error is swallowed: going on would write outside of the transaction.
			await tx.run(sql`INSERT INTO t (v) VALUES (${'x'.repeat(500_000)})`).catch(() => undefined);
			await tx.run(sql`INSERT INTO t (v) VALUES ('last')`);
		});
		const outcome = await fill.then(
			() => 'committed',
			(error: unknown) => (error as { code: string }).code,
		);
		const rows = await target.all(sql`SELECT v FROM ${ident('t')} ORDER BY id`);
		// SQLite may undo only the statement or all; half a transaction is what must not be.
		expect([[], ['first', 'last']]).toContainEqual(rows.map((row) => row['v']));
		expect(outcome).toBe(rows.length === 0 ? 'disk_failure' : 'committed');
		await target.write(async (tx) => {
			await tx.all(limit(1_000_000));
			await tx.run(sql`INSERT INTO t (v) VALUES (${'x'.repeat(500_000)})`);
		});
	});

	it('waits for another process that writes, without blocking reads', async () => {
		const target = await open();
		const other = new Database(join(directory, 'data.db'));
		other.exec('BEGIN IMMEDIATE');
		const write = insert(target, 'a');
		await turns();
		expect(await target.get(sql`SELECT count(*) AS c FROM t`)).toEqual({ c: 0 });
		other.exec('COMMIT');
		other.close();
		await write;
		expect(await target.get(sql`SELECT count(*) AS c FROM t`)).toEqual({ c: 1 });
	});

	it('names the index when a unique constraint is over an expression', async () => {
		const target = await open();
		await target.write((tx) => tx.run(sql`CREATE UNIQUE INDEX by_lower ON t (lower(v))`));
		await insert(target, 'Ann');
		await expect(insert(target, 'aNN')).rejects.toMatchObject({
			code: 'unique_violation',
			columns: ["index 'by_lower'"],
		});
	});

	it('keeps the pragmas PocketBase relies on', async () => {
		const target = await open();
		const pragma = async (name: string): Promise<unknown> =>
			Object.values((await target.get({ kind: 'text', text: `PRAGMA ${name}` })) ?? {})[0];
		expect(await pragma('journal_mode')).toBe('wal');
		expect(await pragma('foreign_keys')).toBe(1);
		expect(await pragma('synchronous')).toBe(1);
		expect(await pragma('temp_store')).toBe(2);
		expect(await pragma('user_version')).toBe(0);
		expect(await pragma('page_size')).toBe(4096);
	});
});
