import { existsSync } from 'node:fs';
import {
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rename,
	rm,
	symlink,
	writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recoverDataDirectory } from '../../../../pb/core/backups/index.ts';
import { createBackend, ident, sql, type Backend } from '../../../../pb/index.ts';
import { packZip, readZip, unpackZip, type ZipInput } from '../../../../pb/lib/zip/index.ts';

const limits = { maxEntries: 1000, maxBytes: 1 << 30, maxRatio: 1000 };
let directory: string;
let dataDir: string;
let backend: Backend;

const open = (): Promise<Backend> => createBackend({ dataDir, backupExclude: ['apps'] });

beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'backups-'));
	dataDir = join(directory, 'pb_data');
	backend = await open();
	await backend.app.store.write(async (tx) => {
		await tx.run(sql`CREATE TABLE ${ident('_tk_rows')} (n INTEGER PRIMARY KEY, file TEXT)`);
	});
});
afterEach(async () => {
	await backend.close();
	await rm(directory, { recursive: true, force: true });
});

async function add(n: number): Promise<void> {
	const file = `file_${n}.txt`;
	await backend.app.files.put(`col/rec${n}/${file}`, Buffer.from(`content ${n}`));
	await backend.app.store.write((tx) =>
		tx.run(sql`INSERT INTO ${ident('_tk_rows')} (n, file) VALUES (${n}, ${file})`),
	);
}
const rows = async (): Promise<unknown[]> =>
	(await backend.app.store.all(sql`SELECT n FROM ${ident('_tk_rows')} ORDER BY n`)).map(
		(row) => row['n'],
	);
const call = (method: string, path: string, body?: unknown): Promise<Response> =>
	backend.fetch(
		new Request(`http://localhost/api/backups${path}`, {
			method,
			...(body !== undefined && {
				body: JSON.stringify(body),
				headers: { 'content-type': 'application/json' },
			}),
		}),
		{ as: 'superuser' },
	);
const messageOf = async (reply: Response): Promise<[number, string]> => [
	reply.status,
	((await reply.json()) as { message: string }).message,
];
const backupPath = (name: string): string => join(dataDir, 'backups', name);

describe('create', () => {
	it('holds both databases and all files, and nothing else', async () => {
		await add(1);
		await mkdir(join(dataDir, 'apps/shop/live'), { recursive: true });
		await writeFile(join(dataDir, 'apps/shop/live/data.db'), 'of another backend');
		await writeFile(join(dataDir, '.hidden'), 'x');
		await writeFile(join(directory, 'outside'), 'secret');
		await symlink(join(directory, 'outside'), join(dataDir, 'storage/link'));
		await writeFile(join(dataDir, 'storage/col/rec1/.abc.tmp'), 'half an upload');
		await backend.app.backups.create('one.zip');
		await backend.app.backups.create('two.zip');
		const names = (await readZip(backupPath('two.zip'), limits)).map((item) => item.name).sort();
		expect(names).toEqual([
			'auxiliary.db',
			'data.db',
			'storage/col/rec1/file_1.txt',
			'storage/col/rec1/file_1.txt.attrs',
		]);
		expect(await readdir(join(dataDir, '.pb_temp_to_delete'))).toEqual([]);
	});

	it('is consistent while writes and deletions go on', async () => {
		for (let n = 0; n < 50; n++) await add(n);
		const load = { isOn: true };
		let next = 50;
		const writing = (async () => {
			while (load.isOn) {
				await add(next);
				const oldest = next - 50;
				await backend.app.store.write(async (tx) => {
					await tx.run(sql`DELETE FROM ${ident('_tk_rows')} WHERE n = ${oldest}`);
					tx.afterCommit(() => backend.app.files.deletePrefix(`col/rec${oldest}/`));
				});
				next += 1;
			}
		})();
		await backend.app.backups.create('busy.zip').finally(async () => {
			load.isOn = false;
			await writing;
		});
		const target = join(directory, 'unpacked');
		await mkdir(target);
		await unpackZip(backupPath('busy.zip'), target, { limits });
		const copy = new Database(join(target, 'data.db'), { readonly: true });
		const stored = copy.prepare('SELECT n, file FROM _tk_rows ORDER BY n').all() as {
			n: number;
			file: string;
		}[];
		copy.close();
		// One moment: 50 rows in a row, or 51 between an insert and its deletion; each with its file.
		expect([50, 51]).toContain(stored.length);
		expect(stored.map((row) => row.n)).toEqual(stored.map((_, i) => stored[0]!.n + i));
		for (const { n, file } of stored) {
			expect(await readFile(join(target, `storage/col/rec${n}/${file}`), 'utf8')).toBe(
				`content ${n}`,
			);
		}
		// The deletions that waited were carried out.
		expect(existsSync(join(dataDir, 'storage/col/rec0'))).toBe(false);
	});

	it('takes one at a time', async () => {
		const results = await Promise.all([
			call('POST', '', { name: 'a.zip' }),
			call('POST', '', { name: 'b.zip' }),
		]);
		const refused = results.filter((reply) => reply.status !== 204);
		expect(refused).toHaveLength(1);
		expect(await messageOf(refused[0]!)).toEqual([
			400,
			'Try again later - another backup/restore process has already been started.',
		]);
		expect(await backend.app.backups.list()).toHaveLength(1);
	});

	it.each([
		['A.zip', 'validation_match_invalid'],
		['a', 'validation_match_invalid'],
		['../a.zip', 'validation_match_invalid'],
		[`${'a'.repeat(147)}.zip`, 'validation_length_out_of_range'],
		['taken.zip', 'validation_backup_name_exists'],
	])('refuses the name %j', async (name, code) => {
		await backend.app.backups.create('taken.zip');
		const reply = await call('POST', '', { name });
		expect(reply.status).toBe(400);
		expect(await reply.json()).toMatchObject({ data: { name: { code } } });
	});
});

describe('API', () => {
	it('lists, downloads by file token only, and deletes', async () => {
		expect((await call('POST', '')).status).toBe(204);
		const listed = (await (await call('GET', '')).json()) as Record<string, unknown>[];
		expect(listed).toEqual([
			{
				key: expect.stringMatching(/^pb_backup_acme_\d{14}\.zip$/) as string,
				modified: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z$/) as string,
				size: expect.any(Number) as number,
			},
		]);
		const key = String(listed[0]!['key']);
		expect((await call('GET', `/${key}`)).status).toBe(403);
		expect((await call('GET', `/${key}?token=x`)).status).toBe(403);
		expect((await call('DELETE', `/${key}`)).status).toBe(204);
		expect(await messageOf(await call('DELETE', `/${key}`))).toEqual([
			400,
			'Invalid or already deleted backup file.',
		]);
		expect((await call('DELETE', '/..%2Fdata.db')).status).toBe(400);
		expect(existsSync(join(dataDir, 'data.db'))).toBe(true);
	});

	it('keeps an uploaded zip and restores it', async () => {
		await add(1);
		await backend.app.backups.create('a.zip');
		const bytes = await readFile(backupPath('a.zip'));
		await call('DELETE', '/a.zip');
		const upload = (name: string, content: Uint8Array<ArrayBuffer>): Promise<Response> => {
			const form = new FormData();
			form.set('file', new Blob([content]), name);
			return backend.fetch(
				new Request('http://localhost/api/backups/upload', { method: 'POST', body: form }),
				{ as: 'superuser' },
			);
		};
		expect((await upload('b.zip', Buffer.from('no zip'))).status).toBe(400);
		expect((await upload('b.zip', bytes)).status).toBe(204);
		expect(await (await upload('b.zip', bytes)).json()).toMatchObject({
			data: { file: { code: 'validation_backup_name_exists' } },
		});
		await add(2);
		expect((await call('POST', '/b.zip/restore')).status).toBe(204);
		expect(await rows()).toEqual([1]);
	});
});

describe('restore', () => {
	it('brings back rows and files, leaves backups and excluded folders, and goes on working', async () => {
		await add(1);
		await backend.app.backups.create('a.zip');
		await add(2);
		await mkdir(join(dataDir, 'apps'));
		await writeFile(join(dataDir, 'apps/kept'), 'x');
		await writeFile(join(dataDir, 'stray'), 'x');
		expect((await call('POST', '/a.zip/restore')).status).toBe(204);
		expect(await rows()).toEqual([1]);
		expect(await readdir(join(dataDir, 'storage/col'))).toEqual(['rec1']);
		expect(existsSync(join(dataDir, 'stray'))).toBe(false);
		expect(existsSync(join(dataDir, 'apps/kept'))).toBe(true);
		expect(existsSync(join(dataDir, '.tk_restore'))).toBe(false);
		await add(3);
		expect(await rows()).toEqual([1, 3]);
		await backend.close();
		backend = await open();
		expect(await rows()).toEqual([1, 3]);
	});

	it('lets requests wait, and loses no write that was answered before', async () => {
		await add(1);
		await backend.app.backups.create('a.zip');
		const restoring = call('POST', '/a.zip/restore');
		const answers: number[] = [];
		const load = { isOn: true };
		const reading = (async () => {
			while (load.isOn) {
				answers.push((await backend.fetch(new Request('http://localhost/api/health'))).status);
				await rows();
				await new Promise((resolve) => setImmediate(resolve));
			}
		})();
		expect((await restoring).status).toBe(204);
		load.isOn = false;
		await reading;
		expect(answers.every((status) => status === 200)).toBe(true);
	});

	const garbage = (name: string, bytes: Uint8Array): [string, () => Promise<ZipInput[]>] => [
		name,
		async () => [{ name: 'data.db', content: { bytes } }],
	];
	const otherDatabase = async (change: (path: string) => Promise<void>): Promise<ZipInput[]> => {
		const path = join(directory, 'other.db');
		const database = new Database(path);
		database.exec(`CREATE TABLE _collections (id TEXT); CREATE TABLE _params (id TEXT, value TEXT);
			CREATE TABLE filler (x TEXT);
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
			INSERT INTO filler SELECT hex(randomblob(40)) FROM n;
			CREATE INDEX by_x ON filler (x);`);
		database.close();
		await change(path);
		return [{ name: 'data.db', content: { path } }];
	};

	it.each<[string, () => Promise<ZipInput[]>]>([
		garbage('an empty database', new Uint8Array()),
		garbage('a garbage database', Buffer.from('x'.repeat(10_000))),
		// An encrypted file has no header that SQLite knows.
		garbage('an encrypted database', Buffer.alloc(8192, 0x5a)),
		['no database', async () => [{ name: 'storage/a', content: { bytes: Buffer.from('x') } }]],
		[
			'a foreign database',
			() =>
				otherDatabase(async (path) => {
					const database = new Database(path);
					database.exec('DROP TABLE _params');
					database.close();
				}),
		],
		[
			'a damaged database',
			() =>
				otherDatabase(async (path) => {
					const bytes = await readFile(path);
					bytes.fill(0x77, 20_000, 60_000);
					await writeFile(path, bytes);
				}),
		],
		[
			'a truncated database',
			() =>
				otherDatabase(async (path) => {
					const bytes = await readFile(path);
					await writeFile(path, bytes.subarray(0, 30_000));
				}),
		],
	])('refuses %s before touching anything', async (_, inputs) => {
		await add(1);
		await mkdir(join(dataDir, 'backups'), { recursive: true });
		await packZip(backupPath('bad.zip'), await inputs());
		const before = await readdir(dataDir);
		const reply = await call('POST', '/bad.zip/restore');
		expect(reply.status).toBe(400);
		expect(await readdir(dataDir)).toEqual(before);
		expect(await rows()).toEqual([1]);
		await add(2);
		expect(await rows()).toEqual([1, 2]);
	});

	it('refuses a missing file and one that is no zip', async () => {
		expect((await call('POST', '/missing.zip/restore')).status).toBe(400);
		await mkdir(join(dataDir, 'backups'), { recursive: true });
		await writeFile(backupPath('text.zip'), 'hello');
		expect((await call('POST', '/text.zip/restore')).status).toBe(400);
		expect((await call('POST', '/..%2Fdata.db/restore')).status).toBe(400);
	});

	it('takes data out again that cannot be loaded', async () => {
		await add(1);
		await mkdir(join(dataDir, 'backups'), { recursive: true });
		// A sound database with the right tables, but nothing in them that could be used.
		await packZip(backupPath('useless.zip'), await otherDatabase(async () => undefined));
		const reply = await call('POST', '/useless.zip/restore');
		expect(await messageOf(reply)).toEqual([
			400,
			'Failed to restore the backup; the data is as it was before.',
		]);
		expect(await rows()).toEqual([1]);
		expect(existsSync(join(dataDir, 'storage/col/rec1/file_1.txt'))).toBe(true);
		expect(existsSync(join(dataDir, '.tk_restore'))).toBe(false);
		await add(2);
		await backend.close();
		backend = await open();
		expect(await rows()).toEqual([1, 2]);
	});
});

describe('a restore that a crash cut off', () => {
	/** The entries as they stand when the process dies after `steps` renames. */
	async function cutOff(steps: number): Promise<void> {
		const work = join(dataDir, '.tk_restore');
		await mkdir(join(work, 'old'), { recursive: true });
		await mkdir(join(work, 'new/storage'), { recursive: true });
		await writeFile(join(work, 'new/data.db'), 'new data');
		await writeFile(join(work, 'new/auxiliary.db'), 'new logs');
		const old = ['data.db', 'auxiliary.db', 'storage'];
		const fresh = ['data.db', 'auxiliary.db', 'storage', 'only-new'];
		await writeFile(join(work, 'new/only-new'), 'x');
		await writeFile(join(work, 'new/storage/new-file'), 'x');
		await writeFile(join(work, 'journal.json'), JSON.stringify({ old, new: fresh }));
		const moves = [
			...old.map((name) => [join(dataDir, name), join(work, 'old', name)] as const),
			...fresh.map((name) => [join(work, 'new', name), join(dataDir, name)] as const),
		];
		for (const [from, to] of moves.slice(0, steps)) await rename(from, to);
		if (steps === 8) await writeFile(join(dataDir, 'data.db-wal'), 'log of the new data');
	}

	it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('is undone from step %d', async (steps) => {
		await add(1);
		await backend.close();
		await cutOff(steps);
		backend = await open();
		expect(await rows()).toEqual([1]);
		expect(existsSync(join(dataDir, 'storage/col/rec1/file_1.txt'))).toBe(true);
		expect(await readdir(dataDir)).toEqual(
			expect.arrayContaining(['auxiliary.db', 'data.db', 'storage']),
		);
		for (const gone of ['.tk_restore', 'only-new', 'storage/new-file']) {
			expect(existsSync(join(dataDir, gone))).toBe(false);
		}
	});

	it('survives half a journal, and a second recovery', async () => {
		await add(1);
		await backend.close();
		await mkdir(join(dataDir, '.tk_restore/new'), { recursive: true });
		await writeFile(join(dataDir, '.tk_restore/journal.json'), '{"old": ["data');
		await recoverDataDirectory(dataDir);
		await recoverDataDirectory(dataDir);
		backend = await open();
		expect(await rows()).toEqual([1]);
	});
});

describe('prune', () => {
	it('keeps the newest of the prefix', async () => {
		const { backups } = backend.app;
		for (const name of ['@auto_pb_backup_1.zip', '@auto_pb_backup_2.zip', 'mine.zip']) {
			await backups.create(name);
		}
		await backups.create('@auto_pb_backup_3.zip');
		await backups.prune('@auto_pb_backup_', 0);
		expect(await backups.list()).toHaveLength(4);
		await backups.prune('@auto_pb_backup_', 2);
		expect((await backups.list()).map((info) => info.key)).toEqual([
			'@auto_pb_backup_2.zip',
			'@auto_pb_backup_3.zip',
			'mine.zip',
		]);
	});
});
