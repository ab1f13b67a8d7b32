import { WeakCache } from '../lib/index.ts';
import { ApiError, pickFields, StoreError } from '../core/index.ts';
import type { RecordPage } from '../core/records/index.ts';
import { encodeInOrder, encodeJson } from './json.ts';
import type { ApiContext, ApiReply } from './types.ts';

const jsonHeaders = { 'content-type': 'application/json' } as const;

/** An answer with a JSON body, ended by a newline as Go's encoder does. Keys come out sorted. */
export const json = (status: number, value: unknown): ApiReply => ({
	status,
	headers: jsonHeaders,
	body: encodeJson(value) + '\n',
});

/** The same for what is a struct in PocketBase: keys keep their order. */
export const jsonInOrder = (status: number, value: unknown): ApiReply => ({
	status,
	headers: jsonHeaders,
	body: encodeInOrder(value) + '\n',
});

/**
 * A 200 that honours the query's `fields`, as every JSON answer of PocketBase does. For a page give `within` the name of
 * its items: there it applies to each item, not to the page around them.
 * With an invalid `fields` modifier the answer is empty, as PocketBase's is: what was asked for has been done by now.
 */
export function ok(context: ApiContext, value: unknown, within?: string): ApiReply {
	const fields = context.query.get('fields');
	if (!fields) return json(200, value);
	try {
		if (within === undefined) return json(200, pickFields(value, fields));
		const page = value as Readonly<Record<string, unknown>>;
		return json(200, { ...page, [within]: pickFields(page[within], fields) });
	} catch (error) {
		if (!(error instanceof ApiError)) throw error;
		return { status: 200, headers: jsonHeaders, body: '' };
	}
}

interface PageBody {
	/** What else it was made of. */
	readonly key: string;
	readonly reply: ApiReply;
}
/** Of a list that has been sent once. */
const SENT_ONCE: PageBody = { key: '', reply: { status: 200, headers: jsonHeaders, body: '' } };
/** The last answer with a list that came again; a frozen one never changes. */
const pageBodies = new WeakCache<RecordPage['items'], PageBody>(6_000_000);

/** A page of records as `ok`; one that has been sent already is sent as the same bytes. */
export function okPage(context: ApiContext, page: RecordPage): ApiReply {
	const { items, ...rest } = page;
	const numbers = encodeInOrder(rest);
	const fields = context.query.get('fields') ?? '';
	const key = numbers + fields;
	const known = pageBodies.get(items);
	if (known?.key === key) return known.reply;
	// The keys of records are in order already, and so are those of a page.
	const made: ApiReply =
		fields === ''
			? {
					status: 200,
					headers: jsonHeaders,
					body: `{"items":${encodeInOrder(items)},${numbers.slice(1)}\n`,
				}
			: ok(context, page, 'items');
	if (!Object.isFrozen(items) || typeof made.body !== 'string') return made;
	// Bytes are for those that do come again: of pages that are asked for once they would be garbage outside of the heap.
	const reply = known ? { ...made, body: Buffer.from(made.body) } : made;
	pageBodies.set(items, known ? { key, reply } : SENT_ONCE, known ? made.body.length : 0);
	return reply;
}

/** The same for what is a struct in PocketBase; picked, it is a map, and sorted. */
export const okInOrder = (context: ApiContext, value: unknown): ApiReply =>
	context.query.get('fields') ? ok(context, value) : jsonInOrder(200, value);

/** A part of PocketBase that this server does not have yet. */
export const notAvailable = (what: string): ApiError =>
	new ApiError(501, `${what} is not available yet.`);

/** 204 without a body. */
export const noContent = (): ApiReply => ({ status: 204, headers: {}, body: undefined });

/** Turns whatever a handler threw into PocketBase's envelope `{"data":{},"message":"…","status":400}`. */
export function errorReply(error: unknown): ApiReply {
	const known = toApiError(error);
	return json(known.status, { data: known.data, message: known.message, status: known.status });
}

/**
 * The public face of an error; the original stands in `cause` and goes to the log only.
 * A refused query or constraint is a 400 and a missing file a 404 with the default message, as PocketBase answers
 * plain errors; anything unforeseen is a 500.
 */
export function toApiError(error: unknown): ApiError {
	if (error instanceof ApiError) return error;
	return new ApiError(statusOf(error), '', { cause: error });
}

function statusOf(error: unknown): number {
	if (error instanceof StoreError)
		return ['disk_failure', 'busy', 'closed'].includes(error.code) ? 500 : 400;
	return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 404 : 500;
}
