// Figures of docs/decisions/002-durability.md: node test/pb/store/measure.ts [seconds]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileShape, ident, slot, sql } from '../../../pb/sql/index.ts';
import { openSqliteStore, type SqliteStoreOptions, type Store } from '../../../pb/store/index.ts';
import { systemFsync } from '../../../pb/store/sqlite/wal-sync.ts';

const seconds = Number(process.argv[2] ?? 3);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const posts = ident('posts');
const insert = compileShape(
	sql`INSERT INTO ${posts} (id, title, n) VALUES (${slot('id')}, ${slot('title')}, ${slot('n')})`,
);
const getOne = compileShape(sql`SELECT * FROM ${posts} WHERE id = ${slot('id')}`);

interface Samples {
	readonly count: number;
	readonly p50: number;
	readonly p99: number;
	readonly max: number;
}
function summary(samples: number[]): Samples {
	samples.sort((a, b) => a - b);
	const at = (share: number): number =>
		samples[Math.min(samples.length - 1, Math.floor(samples.length * share))] ?? 0;
	return { count: samples.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
function print(label: string, { count, p50, p99, max }: Samples): void {
	process.stdout.write(
		`${label.padEnd(44)} ${String(Math.round(count / seconds)).padStart(7)}/s  p50 ${p50.toFixed(3)}  p99 ${p99.toFixed(3)}  max ${max.toFixed(1)} ms\n`,
	);
}

async function withStore(
	options: Partial<SqliteStoreOptions>,
	body: (store: Store) => Promise<void>,
): Promise<void> {
	const directory = await mkdtemp(join(tmpdir(), 'measure-'));
	const store = await openSqliteStore({
		path: join(directory, 'data.db'),
		durability: 'full',
		queryTimeoutMs: 30_000,
		...options,
	});
	await store.write((tx) =>
		tx.run(sql`CREATE TABLE ${posts} (id TEXT PRIMARY KEY NOT NULL, title TEXT, n NUMERIC)`),
	);
	for (let i = 0; i < 1000; i++) await create(store, `seed${i}`, i);
	await body(store);
	await store.close();
	await rm(directory, { recursive: true });
}

const create = (store: Store, id: string, n: number): Promise<unknown> =>
	store.write((tx) => tx.run(insert.bind({ id, title: `title ${n} ${'x'.repeat(80)}`, n })));

/** Clients that write one row after the other, each giving way to the event loop in between, as sockets do. */
async function write(store: Store, clients: number, until: number): Promise<number[]> {
	const samples: number[] = [];
	const client = async (name: number): Promise<void> => {
		for (let i = 0; performance.now() < until; i++) {
			const start = performance.now();
			await create(store, `w${name}-${i}`, i);
			samples.push(performance.now() - start);
			await turn();
		}
	};
	await Promise.all(Array.from({ length: clients }, (_, i) => client(i)));
	return samples;
}

/** Time from the moment a read is due to its answer: what the event loop was kept from counts as well. */
async function read(store: Store, until: number): Promise<number[]> {
	const samples: number[] = [];
	for (let i = 0; performance.now() < until; i++) {
		const due = performance.now();
		await turn();
		await store.get(getOne.bind({ id: `seed${i % 1000}` }));
		samples.push(performance.now() - due);
	}
	return samples;
}

const slow = async (descriptor: number): Promise<void> => {
	await Promise.all([systemFsync(descriptor), sleep(5)]);
};

for (const clients of [1, 64]) {
	for (const [label, options] of [
		['full', {}],
		['full, fsync 5 ms', { fsync: slow }],
		['normal', { durability: 'normal' }],
	] as const) {
		await withStore(options, async (store) => {
			const samples = await write(store, clients, performance.now() + seconds * 1000);
			print(`create, ${clients} clients, ${label}`, summary(samples));
		});
	}
}
for (const [label, writers, options] of [
	['nobody writes', 0, {}],
	['8 writers, full', 8, {}],
	['8 writers, full, fsync 5 ms', 8, { fsync: slow }],
	['64 writers, full, fsync 5 ms', 64, { fsync: slow }],
] as const) {
	await withStore(options, async (store) => {
		const until = performance.now() + seconds * 1000;
		const [samples] = await Promise.all([read(store, until), write(store, writers, until)]);
		print(`getOne, ${label}`, summary(samples));
	});
}
let fsyncs: number[] = [];
await withStore(
	{
		fsync: async (descriptor) => {
			const start = performance.now();
			await systemFsync(descriptor);
			fsyncs.push(performance.now() - start);
		},
	},
	async (store) => {
		fsyncs = [];
		await write(store, 1, performance.now() + seconds * 1000);
		print('fdatasync of the log, as it is here', summary(fsyncs));
	},
);
