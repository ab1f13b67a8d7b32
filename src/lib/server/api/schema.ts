import { intentUpdate, ruleAction, TinykitError } from '#lib/contracts/index.ts';
import { readCollections } from '../app-collections.ts';
import type { Backend } from '../backends.ts';
import { expiryOf, noteExpiry, schemaLog, undoSchemaChange } from '../schema-log/index.ts';
import { readJson } from './body.ts';
import { json, noContent } from './reply.ts';
import { memberOf, param, type Call, type Route } from './router.ts';

const appOf = async (call: Call): Promise<string> =>
	(await call.runtime.apps.get(param(call, 'slug'))).slug;
const draft = async <T>(call: Call, body: (backend: Backend) => Promise<T>): Promise<T> =>
	call.runtime.backends.use(await appOf(call), 'draft', body);

/** Changes of the draft's collections, who may do what in it, and what of that a person has confirmed. */
export const schemaRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/apps/:slug/schema/changes',
		access: 'viewer',
		handle: async (call) => json({ items: await draft(call, schemaLog) }),
	},
	{
		method: 'POST',
		path: '/apps/:slug/schema/changes/:id/undo',
		access: 'editor',
		handle: async (call) => {
			const newest = await call.runtime.runs.newest(await appOf(call));
			if (newest?.status === 'running') throw new TinykitError('run_active');
			const id = param(call, 'id');
			const now = new Date();
			const undone = await draft(call, (backend) => undoSchemaChange(backend, id, now));
			await noteExpiry(call.runtime.backends, await appOf(call), expiryOf(now));
			return json(undone);
		},
	},
	{
		method: 'GET',
		path: '/apps/:slug/rules',
		access: 'viewer',
		handle: async (call) =>
			json(await call.runtime.rules.report(await appOf(call), call.request.signal)),
	},
	{
		method: 'GET',
		path: '/apps/:slug/intent',
		access: 'viewer',
		handle: async (call) => json({ items: await call.runtime.intents.list(await appOf(call)) }),
	},
	{
		method: 'PUT',
		path: '/apps/:slug/intent',
		access: 'editor',
		handle: async (call) => {
			const intent = await readJson(call.request, intentUpdate);
			const app = await appOf(call);
			const collection = await draft(call, async (backend) =>
				readCollections(backend).find(
					({ id, name }) => id === intent.collection || name === intent.collection,
				),
			);
			if (collection?.id === undefined) throw new TinykitError('not_found');
			const confirmed = { ...intent, collection: collection.id };
			await call.runtime.intents.confirm(app, [confirmed], memberOf(call).id);
			return json({ items: await call.runtime.intents.list(app) });
		},
	},
	{
		method: 'DELETE',
		path: '/apps/:slug/intent/:collection/:action',
		access: 'editor',
		handle: async (call) => {
			const action = ruleAction.safeParse(param(call, 'action'));
			if (!action.success) throw new TinykitError('not_found');
			await call.runtime.intents.forget(await appOf(call), param(call, 'collection'), action.data);
			return noContent();
		},
	},
];
