import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sql } from '../../../pb/sql/index.ts';
import { openSqliteStore } from '../../../pb/store/index.ts';

const ROUNDS = 20;

let directory: string;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'kill-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Lets a child write and kills it some time after its first answer; returns what it had answered. */
function killedRound(path: string, round: number): Promise<string[]> {
	const script = join(import.meta.dirname, 'kill-child.ts');
	const child = spawn(process.execPath, [script, path, String(round)], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let output = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		// Spread over the rounds: right at the start, and well inside the load.
		if (output === '') setTimeout(() => child.kill('SIGKILL'), (round * 37) % 300);
		output += text;
	});
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', () => {
			// The last line may be cut: it was not answered as a whole.
			resolve(output.split('\n').slice(0, -1));
		});
	});
}

it(`loses nothing answered in ${ROUNDS} kills under load, and keeps no half transaction`, async () => {
	const path = join(directory, 'data.db');
	const open = () =>
		openSqliteStore({ path, durability: 'full', queryTimeoutMs: 5_000, readers: 0 });
	const made = await open();
	await made.write((tx) =>
		tx.run(
			sql`CREATE TABLE t (batch TEXT, part INTEGER, size INTEGER, filler TEXT, PRIMARY KEY (batch, part))`,
		),
	);
	await made.close();
	const answered: string[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const ids = await killedRound(path, round);
		expect(ids.length, `round ${round} wrote something`).toBeGreaterThan(0);
		answered.push(...ids);
		const store = await open();
		const rows = await store.all(
			sql`SELECT batch, count(*) AS parts, max(size) AS size FROM t GROUP BY batch`,
		);
		const [check] = await store.all({ sql: 'PRAGMA integrity_check', params: [] });
		await store.close();
		expect(check).toEqual({ integrity_check: 'ok' });
		expect(rows.filter((row) => row['parts'] !== row['size'])).toEqual([]);
		const stored = new Set(rows.map((row) => row['batch']));
		expect(answered.filter((id) => !stored.has(id))).toEqual([]);
	}
	expect(answered.length).toBeGreaterThan(ROUNDS * 5);
});
