// Entry of a store thread: runs one job at a time on connections of its own.
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { StoreError, type Row } from '../store.ts';
import { Connection } from './connection.ts';
import { toStoreError } from './errors.ts';
import type { Job, Reply, Request, ThreadData } from './messages.ts';

/** KiB of page cache: several threads may be up at once. */
const CACHE = 8_000;
/** Milliseconds to wait for readers to leave the old log before a restart of it is put off. */
const RESTART_WAIT = 200;

const { path, control } = workerData as ThreadData;
const cancelled = new Int32Array(control);
let current = 0;
let reader: Connection | undefined;
let writer: Connection | undefined;

function guard(): void {
	if (Atomics.load(cancelled, 0) === current) {
		throw new StoreError('query_cancelled', 'the query was cancelled');
	}
}

const openReader = (): Connection =>
	(reader ??= new Connection({
		path,
		readonly: true,
		timeoutMs: Infinity,
		guard,
		cacheKib: CACHE,
	}));

function openWriter(): Connection {
	if (writer === undefined) {
		writer = new Connection({ path, timeoutMs: Infinity, cacheKib: CACHE });
		writer.exec(`PRAGMA busy_timeout = ${RESTART_WAIT}`);
	}
	return writer;
}

function perform(job: Job): Row[] {
	switch (job.kind) {
		case 'scan':
			openReader().setTimeout(job.timeoutMs);
			return openReader().all({ sql: job.sql, params: job.params });
		case 'checkpoint-bulk':
			if (!openReader().inTransaction) openReader().exec('BEGIN');
			openReader().pragma('schema_version');
			return openWriter().all({ sql: 'PRAGMA wal_checkpoint(PASSIVE)', params: [] });
		case 'checkpoint-finish':
			return finishCheckpoint(job.truncate);
		case 'snapshot':
			openReader().all({ sql: 'VACUUM INTO ?', params: [job.target] });
			syncFile(job.target);
			syncFile(dirname(job.target));
			return [];
		case 'optimize':
			openWriter().exec('PRAGMA optimize');
			return [];
		case 'inspect':
			return inspect(openWriter());
		case 'script':
			return job.queries.reduce<Row[]>((_, query) => openWriter().all(query), []);
	}
}

function finishCheckpoint(truncate: boolean): Row[] {
	if (openReader().inTransaction) openReader().exec('COMMIT');
	const mode = truncate ? 'TRUNCATE' : 'RESTART';
	const rows = openWriter().all({ sql: `PRAGMA wal_checkpoint(${mode})`, params: [] });
	if (rows[0]?.['busy'] === 0 && !truncate) {
		// The first frame of a new log costs an fsync of its header inside SQLite: write it here, so that the
		// main thread never waits for a disk. The version keeps its value.
		const version = Number(openWriter().pragma('user_version') ?? 0);
		openWriter().exec(`PRAGMA user_version = ${version}`);
	}
	return rows;
}

function inspect(copy: Connection): Row[] {
	const result = copy.pragma('integrity_check(1)');
	if (result !== 'ok') return [{ problem: String(result) }];
	return copy.all({ sql: "SELECT name FROM sqlite_schema WHERE type = 'table'", params: [] });
}

function syncFile(file: string): void {
	const descriptor = openSync(file, 'r');
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

function answer(request: Request): void {
	const { id, job } = request;
	if (job.kind === 'close') {
		reader?.close();
		writer?.close();
		parentPort?.close();
		return;
	}
	current = id;
	let reply: Reply;
	try {
		reply = { id, rows: perform(job) };
	} catch (error) {
		const { code, message, columns } = toStoreError(error);
		reply = { id, failure: { code, message, columns } };
	}
	parentPort?.postMessage(reply);
}

parentPort?.on('message', answer);
