import type { Store } from '../store/index.ts';
import type { Backups } from './backups/types.ts';
import type { Catalog } from './collections/types.ts';
import type { Crons } from './crons/types.ts';
import type { FileStorage } from './files/types.ts';
import type { Mails } from './mails/types.ts';
import type { RealtimeHub } from './realtime/types.ts';
import type { Settings } from './settings/types.ts';

/** Random bytes and text; an argument, so that tests can fix it. */
export interface Random {
	bytes(length: number): Uint8Array;
	/** `length` characters drawn evenly from `alphabet`. */
	text(length: number, alphabet?: string): string;
}

export interface Logger {
	/** Levels -4 debug, 0 info, 4 warn, 8 error: `_logs` rows. Never throws. */
	write(level: number, message: string, data?: Readonly<Record<string, unknown>>): void;
}

/** Keys that are remembered for some time: a mail was just sent, a code was just tried. */
export interface Recent {
	/** Remembers a key; false when it is still remembered. @param seconds How long. */
	claim(key: string, seconds: number): boolean;
	/** Counts a try; false beyond `max` tries within `seconds` of the first. */
	count(key: string, max: number, seconds: number): boolean;
	forget(key: string): void;
}

/** Everything a function of the core may need; passed in, never imported. One per data directory. */
export interface Core {
	readonly dataDir: string;
	/** data.db */
	readonly store: Store;
	/** auxiliary.db */
	readonly auxiliary: Store;
	readonly catalog: Catalog;
	/** Re-reads `_collections` after a committed schema change and bumps `catalog.version`. */
	reloadCatalog(): Promise<void>;
	readonly settings: Settings;
	reloadSettings(): Promise<void>;
	/** 32 characters that encrypt the settings row; undefined: it is plain. */
	readonly encryptionKey?: string | undefined;
	/**
	 * Lets running work end, closes both databases, runs `action` on the files, opens them again and reads catalog and
	 * settings anew; requests wait meanwhile, event streams end. When `action` throws, the error goes on afterwards.
	 */
	replaceFiles(action: () => Promise<void>): Promise<void>;
	/** What was found out before the files were exchanged, rules and rights, says nothing about the new ones. */
	readonly exchanges: {
		/** How many have begun. */
		readonly begun: number;
		/** Resolves at the end of the one that runs. */
		readonly running: Promise<void> | undefined;
	};
	readonly files: FileStorage;
	/** Zip files of this data directory in its `backups/`. */
	readonly backups: Backups;
	readonly crons: Crons;
	readonly realtime: RealtimeHub;
	readonly mails: Mails;
	/** What is remembered for a short while and in memory only. */
	readonly recent: Recent;
	readonly log: Logger;
	readonly now: () => Date;
	readonly random: Random;
	/** Outgoing HTTP (OAuth2, webhooks, S3); injected so that the host decides what may be reached. */
	readonly fetch: typeof fetch;
}
