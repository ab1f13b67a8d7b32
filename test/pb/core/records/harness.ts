import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import { createLocalFiles } from '../../../../pb/core/files/index.ts';
import { kindOf } from '../../../../pb/core/fields/index.ts';
import type {
	AuthRecord,
	Catalog,
	Collection,
	Core,
	RecordAction,
	RequestInfo,
	StoredRecord,
} from '../../../../pb/core/index.ts';
import { createRandom } from '../../../../pb/lib/index.ts';
import { ident, join, seq, sql, text } from '../../../../pb/sql/index.ts';
import { openSqliteStore } from '../../../../pb/store/index.ts';

export interface TestCore {
	readonly core: Core;
	readonly directory: string;
	/** Realtime events since the last look. */
	events(): string[];
	logged(): string[];
	close(): Promise<void>;
}

/** A core with real tables of these collections, real files, and a realtime hub that takes notes. */
export async function createTestCore(collections: readonly Collection[]): Promise<TestCore> {
	const directory = await mkdtemp(pathOf(tmpdir(), 'tk-records-'));
	const store = await openSqliteStore({
		path: pathOf(directory, 'data.db'),
		durability: 'normal',
		queryTimeoutMs: 5000,
		readers: 1,
	});
	await store.write(async (tx) => {
		for (const collection of collections) {
			if (collection.type === 'view') continue;
			const columns = collection.fields.map((field) =>
				seq(ident(field.name), text(' ' + kindOf(field).column(field))),
			);
			await tx.run(sql`CREATE TABLE ${ident(collection.name)} (${join(columns, ', ')})`);
			for (const index of collection.indexes) await tx.run(text(index));
		}
	});
	const catalog: Catalog = {
		version: 1,
		all: () => collections,
		find: (name) =>
			collections.find(
				(each) => each.id === name || each.name.toLowerCase() === name.toLowerCase(),
			),
	};
	let events: string[] = [];
	let logged: string[] = [];
	const note = (action: RecordAction, record: StoredRecord): void => {
		events.push(`${action} ${record.collection.name}/${String(record.data['id'])}`);
	};
	const unused = (): never => {
		throw new Error('not part of these tests');
	};
	const core: Core = {
		dataDir: directory,
		store,
		catalog,
		files: createLocalFiles({ root: pathOf(directory, 'storage'), random: createRandom() }),
		realtime: {
			hasSubscribers: true,
			publish: async (action, record) => note(action, record),
			prepareDelete: async (record) => () => note('delete', record),
			connect: unused,
			find: unused,
			subscribe: unused,
			answer: unused,
			signOut: unused,
			close: unused,
		},
		log: { write: (level, message, data) => logged.push(JSON.stringify({ level, message, data })) },
		now: () => new Date('2026-01-02T03:04:05.678Z'),
		random: createRandom(),
	} satisfies Partial<Core> as unknown as Core;
	return {
		core,
		directory,
		events: () => events.splice(0),
		logged: () => {
			const lines = logged;
			logged = [];
			return lines;
		},
		close: async () => {
			events = [];
			await store.close();
			await rm(directory, { recursive: true });
		},
	};
}

export const guest: RequestInfo = {
	context: 'default',
	method: 'GET',
	headers: {},
	query: {},
	body: {},
	auth: undefined,
};

export const as = (auth: AuthRecord, more: Partial<RequestInfo> = {}): RequestInfo => ({
	...guest,
	...more,
	auth,
});

export const user = (record: StoredRecord): AuthRecord => ({ ...record, isSuperuser: false });

export const superuser = (collection: Collection): RequestInfo =>
	as({ collection, data: { id: 'root' }, isSuperuser: true });
