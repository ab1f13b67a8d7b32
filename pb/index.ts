import type { AuthRecord, Core } from './core/index.ts';

export interface BackendConfig {
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
}

/** Who a request comes from when the host has already decided that; replaces the Authorization header. */
export interface FetchOptions {
	readonly as?: 'superuser' | AuthRecord;
	readonly remoteAddress?: string;
}

export interface Backend {
	/** Serves `/api/…` (paths without any mount prefix). Never throws. */
	fetch(request: Request, options?: FetchOptions): Promise<Response>;
	/** The same for a Node server, without the cost of `Request`; `url` is the path without mount prefix. */
	node(
		request: import('node:http').IncomingMessage,
		response: import('node:http').ServerResponse,
		url: string,
		options?: FetchOptions,
	): Promise<void>;
	/** The record a valid, unexpired auth token belongs to; undefined for anything else. */
	authenticate(token: string): Promise<AuthRecord | undefined>;
	readonly app: Core;
	/** Starts the cron ticker and the log flush. Requests are served without it. */
	start(): void;
	/** Ends streams, waits for running writes, closes both databases. */
	close(): Promise<void>;
}

export { ident, join, sql } from './sql/index.ts';
export type { SqlNode, SqlValue } from './sql/index.ts';
export { StoreError } from './store/index.ts';
export type { Reader, Row, Store, Transaction } from './store/index.ts';
export type { Core } from './core/index.ts';
