import {
	exchanged,
	type AuthRecord,
	type Collection,
	type Core,
	type RequestInfo,
} from '../core/index.ts';
import { parseBody, type BodyResult } from './body/index.ts';
import type { RateLimiter } from './middleware/rate-limit.ts';
import type { ApiContext, ApiRequest, ParsedBody } from './types.ts';

export interface ContextParts {
	readonly core: Core;
	readonly request: ApiRequest;
	readonly params: Readonly<Record<string, string>>;
	/** How many exchanges of the files had begun before the request. */
	readonly exchanges: number;
	readonly auth: AuthRecord | undefined;
	readonly realIp: string;
	readonly limiter: RateLimiter;
	/** Bytes; 0 = none. */
	readonly bodyLimit: number;
}

/** What a handler gets. Query, request info and body are made when first asked for: most requests need little. */
export class RequestContext implements ApiContext {
	readonly core: Core;
	readonly request: ApiRequest;
	readonly params: Readonly<Record<string, string>>;
	readonly realIp: string;
	readonly #parts: ContextParts;
	#query: URLSearchParams | undefined;
	#info: RequestInfo | undefined;
	#body: Promise<BodyResult> | undefined;

	constructor(parts: ContextParts) {
		this.core = parts.core;
		this.request = parts.request;
		this.params = parts.params;
		this.realIp = parts.realIp;
		this.#parts = parts;
	}

	get query(): URLSearchParams {
		return (this.#query ??= new URLSearchParams(this.request.rawQuery));
	}

	get info(): RequestInfo {
		return (this.#info ??= {
			context: 'default',
			method: this.request.method,
			headers: this.request.headersForRules(),
			query: this.request.rawQuery === '' ? {} : firstValues(this.query),
			body: {},
			auth: this.#parts.auth,
		});
	}

	async body(): Promise<ParsedBody> {
		this.#body ??= parseBody(this.request, this.query, this.#parts.bodyLimit, this.core.random);
		const { body } = await this.#body;
		// A body may take minutes to come in.
		if (this.core.exchanges.begun !== this.#parts.exchanges) throw exchanged();
		return body;
	}

	limitRate(collection: Collection, actions: readonly string[]): void {
		const { core, limiter, auth, realIp } = this.#parts;
		if (!core.settings.rateLimits.enabled) return;
		limiter.checkCollection(rateRequest(core, this.request, auth, realIp), collection, actions);
	}

	/** A body was asked for, so that there is something to dispose of. */
	get hasParsed(): boolean {
		return this.#body !== undefined;
	}

	/** Removes the uploads that nobody has taken. */
	async dispose(): Promise<void> {
		const result = await this.#body?.catch(() => undefined);
		await result?.dispose?.();
	}
}

export const rateRequest = (
	core: Core,
	request: ApiRequest,
	auth: AuthRecord | undefined,
	ip: string,
): Parameters<RateLimiter['checkPath']>[0] => ({
	settings: core.settings,
	method: request.method,
	path: request.rawPath,
	auth,
	ip,
	now: core.now().getTime(),
});

function firstValues(query: URLSearchParams): Record<string, string> {
	const values: Record<string, string> = {};
	for (const [key, value] of query) {
		if (!Object.hasOwn(values, key) && key !== '__proto__') values[key] = value;
	}
	return values;
}
