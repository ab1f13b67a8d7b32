import {
	collectionToWire,
	createCollection,
	deleteCollection,
	dryRunView,
	importCollections,
	listCollections,
	providers,
	readImport,
	scaffolds,
	truncateCollection,
	updateCollection,
} from '../core/collections/index.ts';
import { fieldToWire } from '../core/fields/index.ts';
import { badRequest, notFound, pickFields, type Collection } from '../core/index.ts';
import { deleteRecordTree, findRecord, parseListQuery } from '../core/records/index.ts';
import { bodyOr, bodyOrReason } from './body-or.ts';
import { jsonInOrder, noContent, ok } from './respond.ts';
import type { ApiContext, ApiReply, Route } from './types.ts';
import { length, required, texts, validate } from './validate.ts';

const root = '/api/collections';
const one = `${root}/{collection}`;

/** The collections API (apis/collection.go); for superusers only. */
export const collectionRoutes: readonly Route[] = [
	{ method: 'GET', pattern: root, handler: list, access: 'superuser' },
	{ method: 'POST', pattern: root, handler: create, access: 'superuser' },
	{ method: 'GET', pattern: one, handler: view, access: 'superuser' },
	{ method: 'PATCH', pattern: one, handler: update, access: 'superuser' },
	{ method: 'DELETE', pattern: one, handler: remove, access: 'superuser' },
	{ method: 'DELETE', pattern: `${one}/truncate`, handler: truncate, access: 'superuser' },
	{ method: 'PUT', pattern: `${root}/import`, handler: importAll, access: 'superuser' },
	{ method: 'GET', pattern: `${root}/meta/scaffolds`, handler: blank, access: 'superuser' },
	{
		method: 'GET',
		pattern: `${root}/meta/oauth2-providers`,
		handler: listProviders,
		access: 'superuser',
	},
	{ method: 'POST', pattern: `${root}/meta/dry-run-view`, handler: dryRun, access: 'superuser' },
];

async function list(context: ApiContext): Promise<ApiReply> {
	const { core, info, query } = context;
	const page = await listCollections(core, info, parseListQuery(query));
	const items = page.items.map(collectionToWire);
	const fields = query.get('fields');
	return jsonInOrder(200, { ...page, items: fields ? pickFields(items, fields) : items });
}

function view(context: ApiContext): ApiReply {
	return show(context, collectionOf(context));
}

async function create(context: ApiContext): Promise<ApiReply> {
	const message = 'Failed to load the collection type data due to invalid formatting.';
	const { values } = await bodyOr(context, message);
	const { type = '', name = '' } = values;
	if (typeof (type ?? '') !== 'string' || typeof (name ?? '') !== 'string')
		throw badRequest(message);
	return show(context, await createCollection(context.core, values));
}

async function update(context: ApiContext): Promise<ApiReply> {
	const collection = collectionOf(context);
	const message = 'Failed to load the submitted data due to invalid formatting.';
	const { values } = await bodyOr(context, message);
	return show(context, await updateCollection(context.core, collection, values));
}

async function remove(context: ApiContext): Promise<ApiReply> {
	await deleteCollection(context.core, collectionOf(context));
	return noContent();
}

async function truncate(context: ApiContext): Promise<ApiReply> {
	const { core } = context;
	const collection = collectionOf(context);
	await truncateCollection(core, collection, async (tx, id) => {
		const record = await findRecord(core, collection, id, tx);
		// A cascade may have taken it already.
		if (record) await deleteRecordTree(core, tx, record);
	});
	return noContent();
}

async function importAll(context: ApiContext): Promise<ApiReply> {
	const { values } = await bodyOrReason(context);
	await importCollections(context.core, readImport(values));
	return noContent();
}

function blank(context: ApiContext): ApiReply {
	return inOrder(context, scaffolds(context.core.random));
}

function listProviders(context: ApiContext): ApiReply {
	return inOrder(context, providers);
}

async function dryRun(context: ApiContext): Promise<ApiReply> {
	const form = texts(await bodyOrReason(context), ['query']);
	await validate(form, { query: [required, length(0, 5000)] });
	const { collection, fields, sample } = await dryRunView(context.core, form.query);
	const shown = fields.filter((field) => !field.hidden).map((field) => field.name);
	return ok(context, {
		fields: fields.map(fieldToWire),
		sample: sample.map((row) => ({
			...Object.fromEntries(shown.map((name) => [name, row[name]])),
			collectionId: collection.id,
			collectionName: collection.name,
		})),
	});
}

function collectionOf({ core, params }: ApiContext): Collection {
	const collection = core.catalog.find(params['collection'] ?? '');
	if (!collection) throw notFound();
	return collection;
}

const show = (context: ApiContext, collection: Collection): ApiReply =>
	inOrder(context, collectionToWire(collection));

/** Collections are structs in PocketBase: keys keep their order unless some of them are picked. */
function inOrder(context: ApiContext, value: unknown): ApiReply {
	return context.query.get('fields') ? ok(context, value) : jsonInOrder(200, value);
}
