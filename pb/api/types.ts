import type { Readable } from 'node:stream';
import type { Core, RequestInfo, UploadedFile } from '../core/index.ts';

/**
 * A request as handlers see it, whoever served it. Kept smaller than the platform's `Request`, which costs
 * more than a whole look-up; `fetch` and `node` are thin doors in front of it.
 */
export interface ApiRequest {
	readonly method: string;
	/** Decoded once, without the query; starts with `/api/`. */
	readonly path: string;
	readonly rawQuery: string;
	/** By lower-case name; several lines joined with `, `. */
	header(name: string): string | undefined;
	headers(): Iterable<readonly [string, string]>;
	/** The peer's address, before any proxy header is believed. */
	readonly remoteAddress: string;
	/** Aborted when the client goes away. */
	readonly signal: AbortSignal;
	/** The body's bytes, refused with 413 past `limit`. */
	stream(): Readable;
}

export interface ApiReply {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | readonly string[]>>;
	readonly body: string | Uint8Array | Readable | undefined;
}

/** A parsed body: plain values plus uploads by key (`f`, `f+`, `+f`). */
export interface ParsedBody {
	readonly values: Readonly<Record<string, unknown>>;
	readonly files: ReadonlyMap<string, readonly UploadedFile[]>;
}

export interface ApiContext {
	readonly core: Core;
	readonly request: ApiRequest;
	readonly params: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
	readonly info: RequestInfo;
	readonly realIp: string;
}

export type Handler = (context: ApiContext) => Promise<ApiReply> | ApiReply;
