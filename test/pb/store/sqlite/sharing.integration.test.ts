import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../../../../pb/sql/index.ts';
import {
	openSqliteStore,
	StoreError,
	type Store,
	type Transaction,
} from '../../../../pb/store/index.ts';
import { Connection } from '../../../../pb/store/sqlite/connection.ts';
import { WalSync } from '../../../../pb/store/sqlite/wal-sync.ts';
import { Writer } from '../../../../pb/store/sqlite/writer.ts';

let directory: string;
let store: Store;
/** Fsyncs that wait for the test, in order. */
let disk: (() => void)[];
let log: string[];

beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'sharing-'));
	const path = join(directory, 'data.db');
	const made = await openSqliteStore({ path, durability: 'normal', queryTimeoutMs: 5_000 });
	await made.write((tx) => tx.run(sql`CREATE TABLE t (v TEXT PRIMARY KEY)`));
	await made.close();
	disk = [];
	log = [];
	const fsync = (): Promise<void> => new Promise((resolve) => disk.push(resolve));
	store = await openSqliteStore({ path, durability: 'full', queryTimeoutMs: 5_000, fsync });
});
afterEach(async () => {
	const closing = store.close();
	while (disk.length > 0) {
		disk.shift()?.();
		await turns();
	}
	await closing;
	await rm(directory, { recursive: true, force: true });
});

const turns = async (count = 10): Promise<void> => {
	for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};
const insert = (v: string) => sql`INSERT INTO t VALUES (${v})`;
const rows = async (): Promise<string> =>
	(await store.all(sql`SELECT v FROM t ORDER BY v`)).map((row) => row['v']).join('');

/** Writes `v`, notes what becomes of it, and resolves once that is known. */
function write(
	v: string,
	mayShare = true,
	more: (tx: Transaction) => Promise<unknown> = () => Promise.resolve(),
): Promise<unknown> {
	const body = async (tx: Transaction): Promise<void> => {
		tx.afterCommit(() => void log.push(`effect ${v}`));
		tx.afterRollback(() => void log.push(`undo ${v}`));
		await tx.run(insert(v));
		await more(tx);
	};
	return store.write(body, { mayShare }).then(
		() => log.push(`answer ${v}`),
		(error: unknown) => log.push(`${(error as { code?: string }).code ?? 'error'} ${v}`),
	);
}
const fail = (): Promise<never> => Promise.reject(new Error('no'));

describe('writes that may share', () => {
	it('gather while the disk works, and are answered after an fsync that began after their commit', async () => {
		void write('a');
		await turns();
		expect([await rows(), disk.length]).toEqual(['a', 1]);
		const version = store.version;
		const gathered = Promise.all([write('b'), write('c'), write('d')]);
		await turns();
		// Not committed: whatever is read meanwhile could not be told apart from what is lost with the power.
		expect([await rows(), disk.length, store.version]).toEqual(['a', 1, version]);
		disk.shift()?.();
		await turns();
		expect(log).toEqual(['effect a', 'answer a']);
		expect([await rows(), disk.length, store.version]).toEqual(['abcd', 1, version + 1]);
		disk.shift()?.();
		await gathered;
		expect(log.filter((line) => line.startsWith('answer'))).toHaveLength(4);
	});

	it('are undone alone', async () => {
		void write('a');
		await turns();
		const gathered = Promise.all([
			write('b'),
			write('c', true, fail),
			// Of its own savepoint too.
			write('d', true, (tx) =>
				tx.savepoint(() => tx.run(insert('x')).then(fail)).catch(() => undefined),
			),
			write('e', true, (tx) => tx.run(insert('a'))),
			write('f'),
		]);
		await turns();
		expect(log).toEqual(['undo c', 'error c', 'undo e', 'unique_violation e']);
		disk.shift()?.();
		await turns();
		expect(await rows()).toBe('abdf');
		disk.shift()?.();
		await gathered;
		expect(log.slice(4).sort()).toEqual(
			['a', 'b', 'd', 'f'].flatMap((v) => [`answer ${v}`, `effect ${v}`]).sort(),
		);
	});

	it('leave the first one alone as well', async () => {
		void write('a', false);
		await turns();
		const gathered = Promise.all([write('b', true, fail), write('c')]);
		await turns();
		disk.shift()?.();
		await turns();
		expect(await rows()).toBe('ac');
		disk.shift()?.();
		await gathered;
		expect(log).toContain('answer c');
	});

	it('all fail when the database undoes all of them', async () => {
		void write('a');
		await turns();
		const gathered = Promise.all([
			write('b'),
			write('c', true, (tx) => tx.run(sql`INSERT OR ROLLBACK INTO t VALUES ('a')`)),
			write('d'),
		]);
		await turns();
		disk.shift()?.();
		await turns();
		expect(await rows()).toBe('ad');
		disk.shift()?.();
		await gathered;
		expect(log).toEqual(expect.arrayContaining(['undo b', 'disk_failure b', 'undo c', 'answer d']));
		expect(log).not.toContain('effect b');
	});

	it('all fail when one of them cannot be undone', async () => {
		const path = join(directory, 'data.db');
		const connection = new Connection({ path, timeoutMs: 5_000 });
		const exec = connection.exec.bind(connection);
		connection.exec = (text) => {
			// The second is a savepoint's of `d`.
			if (['ROLLBACK TO tk_nested', 'ROLLBACK TO tk_1'].includes(text))
				throw new StoreError('disk_failure', 'out of memory');
			exec(text);
		};
		const sync = new WalSync(0, {
			fsync: () => new Promise((resolve) => disk.push(resolve)),
			hasMore: () => writer.isBusy,
			onFree: () => writer.flush(),
		});
		const ignore = (): void => undefined;
		const writer: Writer = new Writer({
			connection,
			sync,
			onEffectError: ignore,
			onCommit: ignore,
		});
		const settled: Promise<unknown>[] = [];
		for (const v of ['a', 'b', 'c', 'd', 'e']) {
			const body = async (tx: Transaction): Promise<void> => {
				if (v === 'd')
					await tx.savepoint(() => tx.run(insert(v)).then(fail)).catch(() => undefined);
				else await tx.run(insert(v)).then(v === 'c' ? fail : undefined);
			};
			const outcome = (name: string) => () => name + v;
			settled.push(writer.write(body, { mayShare: true }).then(outcome('ok '), outcome('no ')));
			await turns();
		}
		disk.shift()?.();
		await turns();
		disk.shift()?.();
		expect(await Promise.all(settled)).toEqual(['ok a', 'no b', 'no c', 'no d', 'ok e']);
		connection.close();
		expect(await rows()).toBe('ae');
	});

	it('are committed before a write that is alone, and before care', async () => {
		void write('a');
		await turns();
		const gathered = Promise.all([
			write('b'),
			write('c', false, async (tx) => {
				expect(await rows()).toBe('ab');
				await tx.run(insert('x'));
			}),
			write('d'),
		]);
		await turns();
		expect(await rows()).toBe('abcx');
		await store.optimize();
		expect(await rows()).toBe('abcdx');
		disk.shift()?.();
		await turns();
		disk.shift()?.();
		await gathered;
		expect(log).toContain('answer d');
	});

	it('wait for one that runs when the disk gets free, and go with it', async () => {
		void write('a');
		await turns();
		let go: () => void = () => undefined;
		const gathered = Promise.all([
			write('b'),
			write('c', true, () => new Promise<void>((resolve) => (go = resolve))),
		]);
		await turns();
		disk.shift()?.();
		await turns();
		expect([await rows(), disk.length]).toEqual(['a', 0]);
		go();
		await turns();
		expect([await rows(), disk.length]).toEqual(['abc', 1]);
		disk.shift()?.();
		await gathered;
		expect(log).toEqual(expect.arrayContaining(['answer b', 'answer c']));
	});

	it('are no more than a hundred', async () => {
		void write('a');
		await turns();
		const names = Array.from({ length: 101 }, (_, i) => `n${i}`);
		void Promise.all(names.map((name) => write(name)));
		await turns(30);
		expect(await store.get(sql`SELECT count(*) AS total FROM t`)).toEqual({ total: 101 });
	});
});
