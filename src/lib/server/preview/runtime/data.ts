/**
 * `$data`: the app's collections by name, a thin layer over the pocketbase SDK (definitions.md 22). Errors are the
 * SDK's ClientResponseError.
 *
 * @example
 * import { data } from '$data';
 * const page = await data.posts.list({ filter: 'likes > 3', sort: '-created', perPage: 20 });
 * for (const post of page.items) …
 * const stop = data.posts.subscribe(({ action, record }) => …);
 */
import type { ListResult, RecordModel, RecordSubscription } from 'pocketbase';
import { client } from './client.ts';
import { listen } from './subscriptions.ts';

export interface ListOptions {
	/** A filter expression, with `{:name}` for each value of `params`. */
	readonly filter?: string;
	/** Values for the filter, quoted by the SDK: never build a filter out of what a person typed. */
	readonly params?: Readonly<Record<string, unknown>>;
	readonly sort?: string;
	/** From 1. */
	readonly page?: number;
	/** 1 to 1000, 30 when absent. */
	readonly perPage?: number;
	readonly expand?: string;
	readonly fields?: string;
}
export interface OneOptions {
	readonly expand?: string;
	readonly fields?: string;
}
export interface SubscribeOptions extends OneOptions {
	readonly filter?: string;
	readonly params?: Readonly<Record<string, unknown>>;
	/** Only this record. */
	readonly id?: string;
	/** Told when the subscription is refused; without it the error is reported to the page. */
	readonly onError?: (error: unknown) => void;
}
export type Change = RecordSubscription;
export type Values = Readonly<Record<string, unknown>> | FormData;

export interface DataCollection {
	/** One page: `{ items, page, perPage, totalItems, totalPages }`. */
	list(options?: ListOptions): Promise<ListResult<RecordModel>>;
	one(id: string, options?: OneOptions): Promise<RecordModel>;
	create(values: Values, options?: OneOptions): Promise<RecordModel>;
	update(id: string, values: Values, options?: OneOptions): Promise<RecordModel>;
	delete(id: string): Promise<boolean>;
	/**
	 * Calls `fn` with `{ action: 'create' | 'update' | 'delete', record }` for each change the reader may see.
	 * @returns stops it; fits as the return value of `$effect` and `onMount`
	 */
	subscribe(fn: (change: Change) => void, options?: SubscribeOptions): () => void;
}

type Send = Record<string, unknown>;

function send(options: ListOptions & OneOptions): Send {
	const out: Send = {};
	if (options.filter) {
		out['filter'] = options.params ? client.filter(options.filter, options.params) : options.filter;
	}
	if (options.sort) out['sort'] = options.sort;
	if (options.expand) out['expand'] = options.expand;
	if (options.fields) out['fields'] = options.fields;
	return out;
}

function subscribe(name: string, fn: (change: Change) => void, options: SubscribeOptions) {
	return listen(name, options.id ?? '*', send(options), {
		changed: fn,
		refused: options.onError ?? reportError,
	});
}

function collection(name: string): DataCollection {
	const service = () => client.collection(name);
	return {
		list: (options = {}) =>
			service().getList(options.page ?? 1, options.perPage ?? 30, send(options)),
		one: (id, options = {}) => service().getOne(id, send(options)),
		create: (values, options = {}) => service().create(values, send(options)),
		update: (id, values, options = {}) => service().update(id, values, send(options)),
		delete: (id) => service().delete(id),
		subscribe: (fn, options = {}) => subscribe(name, fn, options),
	};
}

const collections = new Map<string, DataCollection>();

/** `data.<collection name>`. */
export const data: Readonly<Record<string, DataCollection>> = new Proxy(
	{},
	{
		get(_target, name): DataCollection | undefined {
			// `then` is asked for by `await data`: it must not look like a promise.
			if (typeof name !== 'string' || name === 'then') return undefined;
			let found = collections.get(name);
			if (!found) collections.set(name, (found = collection(name)));
			return found;
		},
	},
);
