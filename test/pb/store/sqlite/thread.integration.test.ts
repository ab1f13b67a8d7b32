import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { inspectSqlite } from '../../../../pb/store/index.ts';
import type { Job } from '../../../../pb/store/sqlite/messages.ts';
import { Thread } from '../../../../pb/store/sqlite/thread.ts';

const script = new URL('./crash-child.ts', import.meta.url);
const scan = (sql: string): Job => ({ kind: 'scan', sql, params: [], timeoutMs: 1000 });

describe('Thread', () => {
	it.each(['throw', 'exit'])(
		'turns a thread that dies (%s) into an error and starts another',
		async (how) => {
			const thread = new Thread('unused', script);
			expect(await thread.run(scan('a'))).toEqual([{ sql: 'a' }]);
			await expect(thread.run(scan(how))).rejects.toMatchObject({ code: 'disk_failure' });
			expect([thread.isBusy, thread.isStarted]).toEqual([false, false]);
			expect(await thread.run(scan('b'))).toEqual([{ sql: 'b' }]);
			await thread.close();
			await thread.close();
			expect(thread.isStarted).toBe(false);
		},
	);

	it('says that the file cannot be opened', async () => {
		const thread = new Thread(join(tmpdir(), 'no-such-directory', 'data.db'));
		await expect(thread.run(scan('SELECT 1'))).rejects.toMatchObject({
			code: expect.stringMatching(/^(disk_failure|invalid_query)$/) as string,
		});
		await thread.close();
	});
});

describe('inspectSqlite', () => {
	it('names the tables of a whole copy, merges its log in, and says what is wrong with another', async () => {
		const directory = await mkdtemp(join(tmpdir(), 'inspect-'));
		try {
			const path = join(directory, 'copy.db');
			const database = new Database(path);
			database.pragma('journal_mode = WAL');
			database.exec('CREATE TABLE a (x); CREATE TABLE b (x); CREATE VIEW v AS SELECT 1;');
			database.close();
			expect(await inspectSqlite(path)).toEqual({ problem: undefined, tables: ['a', 'b'] });
			const other = join(directory, 'other.db');
			const { writeFile } = await import('node:fs/promises');
			await writeFile(other, 'x'.repeat(5000));
			expect(await inspectSqlite(other)).toEqual({
				problem: 'file is not a database',
				tables: [],
			});
		} finally {
			await rm(directory, { recursive: true });
		}
	});
});
