import { mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TinykitError } from '#lib/contracts/index.ts';
import { createBackend, type Backend, type BackendConfig } from '#pb';
import type { Stage } from './hosts.ts';

export {
	ApiError,
	backupTools,
	checkRule,
	collectionToWire,
	findRecordBy,
	hashSubmitted,
	ident,
	importCollections,
	saveRecord,
	sql,
	StoreError,
	updateCollection,
	updateSettings,
} from '#pb';
export type { Backend, Row, SqlNode, Store, Transaction } from '#pb';

/** All backends of this process: the builder's own, and one per app and stage, opened when first needed. */
export interface Backends {
	readonly builder: Backend;
	/**
	 * Runs `body` with an app's backend, which stays open meanwhile.
	 * A draft is created when it does not exist; live only by publishing.
	 * @throws TinykitError `app_not_found` when the app is not live
	 */
	use<T>(slug: string, stage: Stage, body: (backend: Backend) => Promise<T>): Promise<T>;
	/** Data directories of an app that exist. */
	stages(slug: string): readonly { readonly stage: Stage; readonly dir: string }[];
	closeApp(slug: string): Promise<void>;
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
}

export async function openBackends(config: BackendsConfig): Promise<Backends> {
	const base = { durability: config.durability, now: config.now };
	const builder = await createBackend({
		...base,
		...config.builder,
		dataDir: config.dataDir,
		backupExclude: ['apps', 'previews'],
	});
	const opened = new Map<string, Opened>();
	const dirOf = (slug: string, stage: Stage): string => join(config.dataDir, 'apps', slug, stage);

	const open = async (dir: string): Promise<Backend> => {
		const isNew = !existsSync(join(dir, 'data.db'));
		await mkdir(dir, { recursive: true, mode: 0o700 });
		const backend = await createBackend({ ...base, dataDir: dir });
		if (isNew) await config.onCreated(backend);
		backend.start();
		return backend;
	};
	const closeKey = async (key: string): Promise<void> => {
		const entry = opened.get(key);
		opened.delete(key);
		if (entry) await (await entry.backend).close();
	};
	const sweep = setInterval(() => {
		for (const [key, entry] of opened) {
			if (entry.users === 0 && Date.now() - entry.lastUsed > idleAfter) void closeKey(key);
		}
	}, 60_000).unref();

	return {
		builder,
		async use(slug, stage, body) {
			const dir = dirOf(slug, stage);
			if (stage === 'live' && !existsSync(join(dir, 'data.db'))) {
				throw new TinykitError('app_not_found');
			}
			const key = `${slug}/${stage}`;
			let entry = opened.get(key);
			if (!entry) {
				entry = { backend: open(dir), users: 0, lastUsed: 0 };
				opened.set(key, entry);
				// A backend that cannot be opened is tried again by the next request.
				entry.backend.catch(() => opened.delete(key));
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
		async closeApp(slug) {
			for (const stage of ['live', 'draft']) await closeKey(`${slug}/${stage}`);
		},
		async close() {
			clearInterval(sweep);
			await Promise.all([...opened.keys()].map(closeKey));
			await builder.close();
		},
	};
}

/** Opens a copy of a data directory that is thrown away afterwards: no fsync, no jobs. */
export const openClone = (dataDir: string): Promise<Backend> =>
	createBackend({ dataDir, durability: 'normal', origins: [] });
