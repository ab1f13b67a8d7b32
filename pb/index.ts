import type { IncomingMessage, ServerResponse } from 'node:http';
import {
	createApp,
	createCors,
	createRateLimiter,
	createRouter,
	encodeJson,
	routes,
	serveFetch,
	serveNode,
	type FetchOptions,
} from './api/index.ts';
import { createAuthenticator } from './core/auth/index.ts';
import type { AuthRecord, Core } from './core/index.ts';
import { findRecord } from './core/records/index.ts';
import { openInstance, type InstanceConfig } from './core/instance.ts';

export interface BackendConfig extends InstanceConfig {
	/** Whose pages may read answers (CORS). Default `['*']`, as PocketBase; `[]` sends no CORS headers. */
	readonly origins?: readonly string[];
}

export interface Backend {
	/** Serves `/api/…` (paths without any mount prefix). Never throws. */
	fetch(request: Request, options?: FetchOptions): Promise<Response>;
	/** The same for a Node server, without the cost of `Request`; `url` is the path without mount prefix. */
	node(
		request: IncomingMessage,
		response: ServerResponse,
		url: string,
		options?: FetchOptions,
	): Promise<void>;
	/** The record a valid, unexpired auth token belongs to; undefined for anything else. */
	authenticate(token: string): Promise<AuthRecord | undefined>;
	readonly app: Core;
	/** Starts the cron ticker and the log flush. Requests are served without it. */
	start(): void;
	/** Makes what was logged so far visible to the logs API. Never throws. */
	flushLogs(): Promise<void>;
	/** Ends streams, waits for running writes, closes both databases. */
	close(): Promise<void>;
}

/**
 * Opens a data directory as a backend: the composition root. Several in one process do not know of each other.
 * @throws an Error whose message is one sentence for the operator.
 * @example
 * const backend = await createBackend({ dataDir: './pb_data' });
 * const response = await backend.fetch(new Request('http://localhost/api/health'));
 */
export async function createBackend(config: BackendConfig): Promise<Backend> {
	const instance = await openInstance(config, encodeJson);
	const { core } = instance;
	const authenticate = createAuthenticator({
		get catalog() {
			return core.catalog;
		},
		get version() {
			return core.store.version;
		},
		now: core.now,
		findRecord: (collection, id) => findRecord(core, collection, id),
	});
	const serve = createApp({
		core,
		router: createRouter(routes),
		authenticate,
		cors: createCors(config.origins ?? ['*']),
		limiter: createRateLimiter(),
	});
	return {
		app: core,
		authenticate: async (token) => authenticate(token),
		fetch: (request, options) => serveFetch(serve, request, options),
		node: (request, response, url, options) => serveNode(serve, request, response, url, options),
		start: () => instance.start(),
		flushLogs: () => instance.flushLogs(),
		close: () => instance.close(),
	};
}

export type { FetchOptions } from './api/index.ts';
export { backupTools } from './core/backups/index.ts';
export { collectionToWire, importCollections, updateCollection } from './core/collections/index.ts';
export { ApiError } from './core/index.ts';
export type { AuthRecord, Core, StoredRecord } from './core/index.ts';
export { acquireLock, LockedError, lockHolder, type DataLock } from './core/lock/index.ts';
export {
	checkStored,
	deleteRecordTree,
	findRecordBy,
	hashSubmitted,
	saveRecord,
	storedIssues,
} from './core/records/index.ts';
export { checkClientQuery, checkRule, type QueryFault } from './core/rules/index.ts';
export { updateSettings } from './core/settings/index.ts';
export { ident, join, sql } from './sql/index.ts';
export type { SqlNode, SqlValue } from './sql/index.ts';
export { openSqliteScript, StoreError } from './store/index.ts';
export type { Reader, Row, SqliteScript, Store, Transaction } from './store/index.ts';
