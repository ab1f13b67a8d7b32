import { mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TinykitError } from '#lib/contracts/index.ts';
import { createBackend, type Backend, type BackendConfig } from '#pb';
import type { Stage } from './web/index.ts';
import type { Log } from './runtime.ts';

export {
	ApiError,
	backupTools,
	checkClientQuery,
	checkRule,
	checkStored,
	collectionToWire,
	findRecordBy,
	hashSubmitted,
	ident,
	importCollections,
	join as joinSql,
	openSqliteScript,
	saveRecord,
	sql,
	storedIssues,
	StoreError,
	updateCollection,
	updateSettings,
} from '#pb';
export type {
	AuthRecord,
	Backend,
	FetchOptions,
	QueryFault,
	Reader,
	Row,
	SqliteScript,
	SqlNode,
	Store,
	Transaction,
} from '#pb';

/** All backends of this process: the builder's own, and one per app and stage, opened when first needed. */
export interface Backends {
	readonly builder: Backend;
	/**
	 * Runs `body` with an app's backend, which stays open meanwhile.
	 * A draft is created when it does not exist; live only by publishing.
	 * @throws TinykitError `app_not_found` when the app is not live or is being deleted, `stopping` after `close`
	 */
	use<T>(slug: string, stage: Stage, body: (backend: Backend) => Promise<T>): Promise<T>;
	/** Data directories of an app that exist. */
	stages(slug: string): readonly { readonly stage: Stage; readonly dir: string }[];
	/**
	 * Closes an app's backends for good and runs `body` while nobody can open them again.
	 * Streams end, running writes are waited for.
	 */
	retire<T>(slug: string, body: () => Promise<T>): Promise<T>;
	/** Closes all; `use` refuses from now on. */
	close(): Promise<void>;
}

/** Milliseconds without a request until an app's backend is closed. */
const idleAfter = 10 * 60_000;

interface Opened {
	readonly backend: Promise<Backend>;
	users: number;
	lastUsed: number;
}

export interface BackendsConfig {
	readonly dataDir: string;
	readonly durability: 'full' | 'normal';
	readonly now: () => Date;
	/** Settles a fresh app backend: rate limits and the like. */
	readonly onCreated: (backend: Backend) => Promise<void>;
	readonly builder: Partial<BackendConfig>;
	readonly log: Log;
}

export async function openBackends(config: BackendsConfig): Promise<Backends> {
	const base = { durability: config.durability, now: config.now };
	const builder = await createBackend({
		...base,
		...config.builder,
		dataDir: config.dataDir,
		backupExclude: ['apps', 'previews'],
	}).catch((cause: unknown) => {
		// The backend's own sentence: which directory, and what is wrong with it.
		const message = cause instanceof Error ? cause.message : String(cause);
		throw new TinykitError('data_dir_unwritable', { message, cause });
	});
	const opened = new Map<string, Opened>();
	const dirOf = (slug: string, stage: Stage): string => join(config.dataDir, 'apps', slug, stage);

	const open = async (dir: string): Promise<Backend> => {
		const isNew = !existsSync(join(dir, 'data.db'));
		await mkdir(dir, { recursive: true, mode: 0o700 });
		const backend = await createBackend({ ...base, dataDir: dir });
		try {
			if (isNew) await config.onCreated(backend);
			backend.start();
			return backend;
		} catch (error) {
			await backend.close();
			throw error;
		}
	};
	/** Whoever opens the same directory again waits for this: one writer to a database at any time. */
	const closing = new Map<string, Promise<void>>();
	const closeKey = (key: string): Promise<void> => {
		const entry = opened.get(key);
		opened.delete(key);
		if (!entry) return closing.get(key) ?? Promise.resolve();
		const closed = entry.backend
			// One that could not be opened has nothing to close; who opened it was told.
			.then(
				(backend) => backend.close(),
				() => undefined,
			)
			.finally(() => closing.delete(key));
		closing.set(key, closed);
		return closed;
	};
	const sweep = setInterval(() => {
		for (const [key, entry] of opened) {
			if (entry.users > 0 || Date.now() - entry.lastUsed <= idleAfter) continue;
			closeKey(key).catch((cause: unknown) => config.log('error', `closing ${key}`, cause));
		}
	}, 60_000).unref();
	const retiring = new Set<string>();
	let isClosed = false;

	return {
		builder,
		async use(slug, stage, body) {
			const dir = dirOf(slug, stage);
			if (isClosed) throw new TinykitError('stopping');
			if (retiring.has(slug) || (stage === 'live' && !existsSync(join(dir, 'data.db')))) {
				throw new TinykitError('app_not_found');
			}
			const key = `${slug}/${stage}`;
			let entry = opened.get(key);
			if (!entry) {
				const before = closing.get(key) ?? Promise.resolve();
				const backend = before.catch(() => undefined).then(() => open(dir));
				const fresh = { backend, users: 0, lastUsed: 0 };
				entry = fresh;
				opened.set(key, fresh);
				// A backend that cannot be opened is tried again by the next request.
				backend.catch(() => {
					if (opened.get(key) === fresh) opened.delete(key);
				});
			}
			entry.users++;
			try {
				return await body(await entry.backend);
			} finally {
				entry.users--;
				entry.lastUsed = Date.now();
			}
		},
		stages: (slug) =>
			(['live', 'draft'] as const)
				.map((stage) => ({ stage, dir: dirOf(slug, stage) }))
				.filter(({ dir }) => existsSync(join(dir, 'data.db'))),
		async retire(slug, body) {
			retiring.add(slug);
			try {
				for (const stage of ['live', 'draft']) await closeKey(`${slug}/${stage}`);
				return await body();
			} finally {
				retiring.delete(slug);
			}
		},
		async close() {
			isClosed = true;
			clearInterval(sweep);
			await Promise.all([...opened.keys(), ...closing.keys()].map(closeKey));
			await builder.close();
		},
	};
}

/** Opens a copy of a data directory that is thrown away afterwards: no fsync, no jobs. */
export const openClone = (dataDir: string): Promise<Backend> =>
	createBackend({ dataDir, durability: 'normal', origins: [] });
