import { notFound, type Collection, type Core, type RequestInfo } from '../core/index.ts';
import { editorMaxSize, fileMaxSize, jsonMaxSize } from '../core/fields/index.ts';
import {
	checkOpen,
	checkWritable,
	createRecord,
	deleteRecord,
	enrichRecords,
	listRecords,
	parseListQuery,
	updateRecord,
	viewRecord,
	type SavedRecord,
} from '../core/records/index.ts';
import { checkClientNames } from '../core/rules/index.ts';
import { throttleSearch } from './records-throttle.ts';
import { noContent, ok, okPage } from './respond.ts';
import type { ApiContext, ApiReply, Route } from './types.ts';

const collectionPath = '/api/collections/{collection}/records';
const recordPath = `${collectionPath}/{id}`;

/** The records API (apis/record_crud.go). Each handler counts the request itself, once the collection is known. */
export const recordRoutes: readonly Route[] = [
	{ method: 'GET', pattern: collectionPath, handler: list, rateActions: [] },
	{ method: 'GET', pattern: recordPath, handler: view, rateActions: [] },
	{ method: 'POST', pattern: collectionPath, handler: create, rateActions: [], bodyLimit },
	{ method: 'PATCH', pattern: recordPath, handler: update, rateActions: [], bodyLimit },
	{ method: 'DELETE', pattern: recordPath, handler: remove, rateActions: [] },
];

async function list(context: ApiContext): Promise<ApiReply> {
	const { core, query, request } = context;
	const collection = collectionOf(context);
	context.limitRate(collection, ['list']);
	const info = await infoOf(context);
	checkOpen(collection.listRule, info);
	// Before the numbers of the page are read, as in PocketBase.
	const names = { filter: query.get('filter') ?? '', sort: query.get('sort') ?? '' };
	checkClientNames(names, info.auth?.isSuperuser === true);
	const page = await listRecords(core, collection, info, parseListQuery(query), {
		// Made when first asked for, which most lists never do.
		get signal() {
			return request.signal;
		},
	});
	if (page.items.length === 0) await throttleSearch(context, collection);
	return okPage(context, page);
}

async function view(context: ApiContext): Promise<ApiReply> {
	const { core, params } = context;
	const collection = collectionOf(context);
	context.limitRate(collection, ['view']);
	const info = await infoOf(context);
	return ok(context, await viewRecord(core, collection, info, params['id'] ?? ''));
}

async function create(context: ApiContext): Promise<ApiReply> {
	const { core, info } = context;
	const collection = collectionOf(context, 'Missing or invalid collection context.');
	checkWritable(collection, '', info);
	context.limitRate(collection, ['create']);
	const body = await context.body();
	const { signal } = context.request;
	return saved(context, await createRecord(core, collection, info, body, { signal }));
}

async function update(context: ApiContext): Promise<ApiReply> {
	const { core, info, params } = context;
	const collection = collectionOf(context, 'Missing or invalid collection context.');
	checkWritable(collection, '', info);
	context.limitRate(collection, ['update']);
	const body = await context.body();
	const { signal } = context.request;
	const id = params['id'] ?? '';
	return saved(context, await updateRecord(core, collection, info, id, body, { signal }));
}

async function remove(context: ApiContext): Promise<ApiReply> {
	const { core, info, params } = context;
	const collection = collectionOf(context);
	checkWritable(collection, '', info);
	context.limitRate(collection, ['delete']);
	await deleteRecord(core, collection, await infoOf(context), params['id'] ?? '');
	return noContent();
}

/** Rules may ask for `@request.body` of any request; without one nothing is read. */
async function infoOf(context: ApiContext): Promise<RequestInfo> {
	if (!context.request.hasBody) return context.info;
	return { ...context.info, body: (await context.body()).values };
}

/** The answer to a write: the record as whoever wrote it may see it. */
async function saved(context: ApiContext, record: SavedRecord): Promise<ApiReply> {
	const [wire] = await enrichRecords(context.core, record.info, [record]);
	return ok(context, wire);
}

function collectionOf(
	{ core, params }: ApiContext,
	message = 'Missing collection context.',
): Collection {
	const collection = core.catalog.find(params['collection'] ?? '');
	if (!collection) throw notFound(message);
	return collection;
}

const defaultBodyLimit = 32 << 20;

/** What a body may hold beside the usual: the largest values of the collection's editor, json and file fields. */
function bodyLimit(core: Core, params: Readonly<Record<string, string>>): number {
	const collection = core.catalog.find(params['collection'] ?? '');
	let limit = defaultBodyLimit;
	for (const field of collection?.fields ?? []) {
		if (field.type === 'editor') limit += editorMaxSize(field);
		else if (field.type === 'json') limit += jsonMaxSize(field);
		else if (field.type === 'file') limit += fileMaxSize(field) * Math.max(field.maxSelect, 1);
	}
	return limit;
}
