import {
	ApiError,
	badRequest,
	forbidden,
	notFound,
	pickFields,
	type Collection,
	type Core,
	type RequestInfo,
} from '../core/index.ts';
import { castString } from '../core/fields/index.ts';
import {
	checkWritable,
	createRecord,
	deleteRecord,
	enrichRecords,
	findRecord,
	hashSubmitted,
	updateRecord,
	type HashedPasswords,
	type RecordInput,
	type SavedRecord,
	type WriteOptions,
} from '../core/records/index.ts';
import { readBatch, type BatchItem } from './batch-form.ts';
import { formValues } from './body/infer.ts';
import { json, toApiError } from './respond.ts';
import type { ApiContext, ApiReply, ParsedBody, Route } from './types.ts';

const defaultBodyLimit = 128 << 20;

/** Several writes in one transaction (apis/batch.go). */
export const batchRoutes: readonly Route[] = [
	{
		method: 'POST',
		pattern: '/api/batch',
		handler: batch,
		bodyLimit: ({ settings }) =>
			settings.batch.maxBodySize > 0 ? settings.batch.maxBodySize : defaultBodyLimit,
	},
];

type Tx = NonNullable<WriteOptions['tx']>;

interface ItemResult {
	readonly body: unknown;
	readonly status: number;
}

/** A write that a batch may hold. */
interface Action {
	readonly verb: 'create' | 'update' | 'delete' | 'upsert';
	readonly collection: string;
	readonly id: string;
	readonly query: URLSearchParams;
}

async function batch(context: ApiContext): Promise<ApiReply> {
	const { core, request } = context;
	const { enabled, maxRequests, timeout } = core.settings.batch;
	if (!enabled || maxRequests <= 0) throw forbidden('Batch requests are not allowed.');
	const items = readBatch(await bodyOf(context), maxRequests);
	const hashed = await hashPasswords(context, items);
	const results = await core.store.write(async (tx) => {
		const deadline = performance.now() + (timeout > 0 ? timeout : 3) * 1000;
		const done: ItemResult[] = [];
		for (const [index, item] of items.entries()) {
			if (request.signal.aborted || performance.now() > deadline) throw failure();
			try {
				const action = parseAction(item);
				// The status is PocketBase's: it wraps what it does not know once more from the second item on.
				if (!action) throw new ApiError(index === 0 ? 400 : 500, '');
				done.push(await runItem(context, item, action, { tx, hashed: hashed.get(item) }));
			} catch (error) {
				throw itemFailure(index, error);
			}
		}
		if (performance.now() > deadline) throw failure();
		return done;
	});
	return json(200, results);
}

async function bodyOf(context: ApiContext): Promise<ParsedBody> {
	try {
		return await context.body();
	} catch (error) {
		if (!(error instanceof ApiError) || error.status !== 400) throw error;
		throw badRequest('Failed to read the submitted batch data.', undefined, error);
	}
}

const failure = (): Error => badRequest('Batch transaction failed.');

/** Nothing of the batch stays; the answer says which item it was, and why. */
function itemFailure(index: number, error: unknown): Error {
	const { data, message, status } = toApiError(error);
	const response = { data, message, status };
	const issue = { code: 'batch_request_failed', message: 'Batch request failed.', response };
	return badRequest('Batch transaction failed.', { requests: { [String(index)]: issue } }, error);
}

/** Hashing takes tens of milliseconds each; inside the transaction every other writer would wait for it. */
async function hashPasswords(
	{ core, info }: ApiContext,
	items: readonly BatchItem[],
): Promise<ReadonlyMap<BatchItem, HashedPasswords>> {
	const hashed = new Map<BatchItem, HashedPasswords>();
	for (const item of items) {
		const action = parseAction(item);
		const collection = action && core.catalog.find(action.collection);
		const isOpen =
			collection &&
			(info.auth?.isSuperuser === true ||
				collection.createRule !== null ||
				collection.updateRule !== null);
		if (isOpen) hashed.set(item, await hashSubmitted(collection, item.values));
	}
	return hashed;
}

/** Collection and id may not hold a slash or question mark; anything else is no request a batch knows. */
const recordUrl = /^\/api\/collections\/([^/?]+)\/records(?:\/([^/?]+))?(?:\?(.*))?$/s;

function parseAction({ method, url }: BatchItem): Action | undefined {
	const match = recordUrl.exec(url);
	if (!match) return undefined;
	const [, collection = '', id, query = ''] = match;
	const verb = verbOf(method, id !== undefined);
	return verb && { verb, collection, id: id ?? '', query: new URLSearchParams(query) };
}

function verbOf(method: string, hasId: boolean): Action['verb'] | undefined {
	if (!hasId) return method === 'POST' ? 'create' : method === 'PUT' ? 'upsert' : undefined;
	return method === 'PATCH' ? 'update' : method === 'DELETE' ? 'delete' : undefined;
}

async function runItem(
	context: ApiContext,
	item: BatchItem,
	parsed: Action,
	{ tx, hashed }: { readonly tx: Tx; readonly hashed: HashedPasswords | undefined },
): Promise<ItemResult> {
	const { core, request } = context;
	const action = await resolveUpsert(core, parsed, item, tx);
	const collection = core.catalog.find(action.collection);
	if (!collection) throw notFound('Missing collection context.');
	checkWritable(collection, '', context.info);
	context.limitRate(collection, [action.verb]);
	const options: WriteOptions = { tx, hashed, signal: request.signal };
	const info = infoOf(context.info, item, action);
	// As for every form, what stands in the query belongs to the values; the body's own win.
	const values = { ...formValues(action.query), ...item.values };
	const input: RecordInput = { values, files: item.files };
	switch (action.verb) {
		case 'create':
			return saved(core, tx, action, await createRecord(core, collection, info, input, options));
		case 'update':
			return saved(
				core,
				tx,
				action,
				await updateRecord(core, collection, info, action.id, input, options),
			);
		case 'delete':
			await deleteRecord(core, collection, info, action.id, options);
			return { body: null, status: 204 };
	}
}

type Resolved = Action & { readonly verb: 'create' | 'update' | 'delete' };

const isResolved = (action: Action): action is Resolved => action.verb !== 'upsert';

/** A PUT changes the record its body names, when there is one, and creates one otherwise. */
async function resolveUpsert(
	core: Core,
	action: Action,
	item: BatchItem,
	tx: Tx,
): Promise<Resolved> {
	if (isResolved(action)) return action;
	const id = castString(Object.hasOwn(item.values, 'id') ? item.values['id'] : '');
	const collection: Collection | undefined = core.catalog.find(action.collection);
	const exists = collection && (await findRecord(core, collection, id, tx)) !== undefined;
	return exists ? { ...action, verb: 'update', id } : { ...action, verb: 'create' };
}

/** The request as rules see it: its own method, query and headers, but the sender of the batch. */
function infoOf(outer: RequestInfo, item: BatchItem, action: Resolved): RequestInfo {
	const headers: Record<string, string> = { ...outer.headers };
	for (const [name, value] of item.headers)
		if (name !== 'authorization') headers[name.replaceAll('-', '_')] = value;
	const query: Record<string, string> = {};
	for (const [key, value] of action.query)
		if (!Object.hasOwn(query, key) && key !== '__proto__') query[key] = value;
	const method = { create: 'POST', update: 'PATCH', delete: 'DELETE' }[action.verb];
	return { ...outer, context: 'batch', method, headers, query };
}

async function saved(core: Core, tx: Tx, action: Action, record: SavedRecord): Promise<ItemResult> {
	const [wire] = await enrichRecords(core, record.info, [record], { reader: tx });
	const fields = action.query.get('fields');
	return { body: fields ? pickFields(wire, fields) : wire, status: 200 };
}
