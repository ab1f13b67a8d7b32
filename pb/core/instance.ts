import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createBackups, recoverDataDirectory, type Backups } from './backups/index.ts';
import { loadCatalog } from './collections/index.ts';
import { createCrons, type Crons } from './crons/index.ts';
import { Exchanges } from './exchanges.ts';
import type { Catalog, Core, Settings } from './index.ts';
import { createLocalFiles } from './files/index.ts';
import { createLogWriter } from './logs/index.ts';
import { createMails } from './mails/index.ts';
import { bootstrap, BootstrapError } from './migrations/index.ts';
import { createRealtimeHub } from './realtime/index.ts';
import { createRecent } from './recent.ts';
import { loadSettings } from './settings/index.ts';
import { createRandom } from '../lib/index.ts';
import { openReopenable, openSqliteStore, type ReopenableStore } from '../store/index.ts';

export interface InstanceConfig {
	/** A PocketBase data directory; created when missing. */
	readonly dataDir: string;
	/** `full` (default): a 2xx is on disk. `normal`: PocketBase's setting, the last second may go on power loss. */
	readonly durability?: 'full' | 'normal';
	/** Milliseconds a user-shaped query may take. Default 30,000. */
	readonly queryTimeoutMs?: number;
	/** Subdirectories of `dataDir` that backups leave out, beside PocketBase's own list. */
	readonly backupExclude?: readonly string[];
	/** Outgoing requests go through this. Default: the platform's `fetch`. */
	readonly fetch?: typeof globalThis.fetch;
	readonly now?: () => Date;
	/** Value of the key behind PocketBase's `--encryptionEnv` (32 characters). */
	readonly encryptionKey?: string;
	/** What `backups.cron` of the settings runs instead of a backup of this directory. */
	readonly autoBackup?: () => Promise<void>;
}

/** An open data directory with everything that runs on it. */
export interface Instance {
	readonly core: Core;
	start(): void;
	/** Writes the log entries that have come in; they are written every few seconds anyway. Never throws. */
	flushLogs(): Promise<void>;
	close(): Promise<void>;
}

/**
 * Opens a data directory; see `createBackend`.
 * @param encode JSON text of realtime events, in the form of the API's answers.
 * @throws an Error whose message is one sentence for the operator.
 */
export async function openInstance(
	config: InstanceConfig,
	encode: (value: unknown) => string,
): Promise<Instance> {
	const { dataDir, encryptionKey, durability = 'full', queryTimeoutMs = 30_000 } = config;
	const now = config.now ?? (() => new Date());
	const random = createRandom();
	const open = (name: string, as: 'full' | 'normal'): Promise<ReopenableStore> =>
		openReopenable(() =>
			openSqliteStore({
				path: join(dataDir, name),
				durability: as,
				queryTimeoutMs,
				onEffectError: (error) =>
					core.log.write(8, 'An effect of a commit failed', { error: String(error) }),
			}),
		);
	await explain(dataDir, mkdir(dataDir, { recursive: true }));
	// A restore that the last process did not live to finish is undone first.
	await explain(dataDir, recoverDataDirectory(dataDir));
	const store = await explain(dataDir, open('data.db', durability));
	// Logs are not worth an fsync each.
	const auxiliary = await explain(dataDir, open('auxiliary.db', 'normal'), store);
	let catalog: Catalog;
	let settings: Settings;
	let backups: Backups;
	let crons: Crons;
	const log = createLogWriter({
		auxiliary: () => auxiliary,
		settings: () => settings,
		now,
		random,
	});
	const realtime = createRealtimeHub({ core: () => core, encode });
	const exchanges = new Exchanges();
	const core: Core = {
		dataDir,
		store,
		auxiliary,
		get catalog() {
			return catalog;
		},
		async reloadCatalog() {
			const before = catalog;
			catalog = await loadCatalog(store, before);
			for (const collection of before.all()) {
				if (collection.type !== 'auth') continue;
				const after = catalog.find(collection.id);
				const isSame =
					after?.type === 'auth' &&
					after.auth.authToken.secret === collection.auth.authToken.secret;
				if (!isSame) realtime.signOut(collection);
			}
		},
		get settings() {
			return settings;
		},
		async reloadSettings() {
			settings = await loadSettings(store, encryptionKey);
			core.crons.refresh();
		},
		encryptionKey,
		exchanges,
		replaceFiles: (action) =>
			exchanges.run(async () => {
				await log.flush();
				try {
					await auxiliary.replace(() => store.replace(action));
				} finally {
					realtime.close();
					// The files may come from an older version.
					await bootstrap(core);
					await core.reloadCatalog();
					await core.reloadSettings();
				}
			}),
		get backups() {
			return backups;
		},
		get crons() {
			return crons;
		},
		files: createLocalFiles({ root: join(dataDir, 'storage'), random }),
		realtime,
		mails: createMails(() => core),
		recent: createRecent(now),
		log,
		now,
		random,
		fetch: config.fetch ?? globalThis.fetch,
	};
	const close = async (): Promise<void> => {
		crons.stop();
		realtime.close();
		await log.close();
		await store.close();
		await auxiliary.close();
	};
	try {
		await bootstrap({ store, auxiliary, log, now, random, encryptionKey });
		catalog = await loadCatalog(store);
		settings = await loadSettings(store, encryptionKey);
		backups = createBackups({ core, exclude: config.backupExclude ?? [] });
		crons = createCrons({ core, backups, autoBackup: config.autoBackup });
	} catch (error) {
		await Promise.allSettled([store.close(), auxiliary.close()]);
		throw sentence(dataDir, error);
	}
	const start = (): void => {
		log.start();
		crons.start();
	};
	return { core, start, flushLogs: () => log.flush(), close };
}

/** Waits for a step of opening and says in one sentence what failed. */
async function explain<T>(dataDir: string, step: Promise<T>, opened?: ReopenableStore): Promise<T> {
	try {
		return await step;
	} catch (error) {
		await opened?.close();
		throw sentence(dataDir, error);
	}
}

function sentence(dataDir: string, error: unknown): Error {
	if (error instanceof BootstrapError) return error;
	const cause = error instanceof Error ? error : new Error(String(error));
	const code = 'code' in cause ? cause.code : undefined;
	if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
		return new Error(`The data directory ${dataDir} cannot be written.`, { cause });
	if (code === 'EEXIST' || code === 'ENOTDIR')
		return new Error(`The data directory ${dataDir} is not a directory.`, { cause });
	return new Error(`The data directory ${dataDir} cannot be opened: ${cause.message}`, { cause });
}
