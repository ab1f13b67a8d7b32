import type { Readable } from 'node:stream';
import type { AuthRecord, Collection, Core, RequestInfo, UploadedFile } from '../core/index.ts';

/**
 * A request as handlers see it, whoever served it. Kept smaller than the platform's `Request`, which costs
 * more than a whole look-up; `fetch` and `node` are thin doors in front of it.
 */
export interface ApiRequest {
	readonly method: string;
	/** As sent: percent-encoded, without the query; starts with `/`. */
	readonly rawPath: string;
	/** Without the question mark. */
	readonly rawQuery: string;
	/** By lower-case name; several lines joined with `, `. */
	header(name: string): string | undefined;
	/** All headers; names in lower case with `_` for `-`, as rules call them. */
	headersForRules(): Readonly<Record<string, string>>;
	/** The peer's address, before any proxy header is believed. */
	readonly remoteAddress: string;
	/** Aborted when the client goes away. */
	readonly signal: AbortSignal;
	/** The body's bytes as they come; whoever reads them keeps the limit. Call once. */
	stream(): Readable;
	/** False when the request certainly has no body (no length, no chunks). */
	readonly hasBody: boolean;
}

export interface ApiReply {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | readonly string[]>>;
	readonly body: string | Uint8Array | Readable | undefined;
}

/** A parsed body: plain values plus uploads by key (`f`, `f+`, `+f`). */
export interface ParsedBody {
	/** Values of a form are texts that were guessed into numbers and booleans; those of JSON are as sent. */
	readonly source: 'none' | 'json' | 'form';
	readonly values: Readonly<Record<string, unknown>>;
	readonly files: ReadonlyMap<string, readonly UploadedFile[]>;
}

export interface ApiContext {
	readonly core: Core;
	readonly request: ApiRequest;
	readonly params: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
	/** `body` is empty here: use `{ ...context.info, body }` with what `body()` gave. */
	readonly info: RequestInfo;
	/** The client's address as the settings' trusted proxy headers say. */
	readonly realIp: string;
	/**
	 * Parses the body: JSON, multipart, urlencoded; none gives no values. Parsed once, later calls get the same.
	 * @throws ApiError 400 for what cannot be parsed, 413 past the route's `bodyLimit`.
	 */
	body(): Promise<ParsedBody>;
	/**
	 * Counts the request against the rate limit rules of a collection's action.
	 * @param actions Most specific first, e.g. `['authWithPassword', 'auth']`, `['list']`.
	 * @throws ApiError 429
	 */
	limitRate(collection: Collection, actions: readonly string[]): void;
}

/** Who a request comes from when the host has already decided that; replaces the Authorization header. */
export interface FetchOptions {
	readonly as?: 'superuser' | AuthRecord;
	/** Default: the peer's address; empty for `fetch`. */
	readonly remoteAddress?: string;
}

export type Handler = (context: ApiContext) => Promise<ApiReply> | ApiReply;

/**
 * Who may call a route; the handler still applies the collection's rules.
 * `auth`: any signed-in record (401 otherwise). `superuser`: 401 for guests, 403 for others.
 * `same-collection`: a record of the collection in `{collection}`.
 */
export type RouteAccess = 'any' | 'auth' | 'superuser' | 'same-collection';

export interface Route {
	readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Segments are literal or `{name}`; a last `{name...}` takes the rest: `/api/collections/{collection}/records/{id}`. */
	readonly pattern: string;
	readonly handler: Handler;
	/** Default `any`. */
	readonly access?: RouteAccess;
	/** Bytes; 0 = no limit. Default 32 MiB. Checked before `access`, as in PocketBase. */
	readonly bodyLimit?: number | ((core: Core, params: Readonly<Record<string, string>>) => number);
	/**
	 * Actions of the collection in `{collection}` that the request counts as, most specific first; checked before the
	 * body limit. `[]`: the handler calls `limitRate` itself. Default: the rules for paths.
	 */
	readonly rateActions?: readonly string[];
	/** Successful requests are not written to the request log. */
	readonly quiet?: boolean;
}
