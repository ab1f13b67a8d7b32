import { createFact, updateFact } from '#lib/contracts/index.ts';
import { readJson } from './body.ts';
import { json, noContent } from './reply.ts';
import { param, type Call, type Route } from './router.ts';

const appOf = async (call: Call): Promise<string> =>
	(await call.runtime.apps.get(param(call, 'slug'))).slug;

export const factRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/apps/:slug/facts',
		access: 'viewer',
		handle: async (call) => json({ items: await call.runtime.facts.list(await appOf(call)) }),
	},
	{
		method: 'POST',
		path: '/apps/:slug/facts',
		access: 'editor',
		handle: async (call) => {
			const body = await readJson(call.request, createFact);
			const source = 'person';
			return json(await call.runtime.facts.add(await appOf(call), { ...body, source }), 201);
		},
	},
	{
		method: 'PATCH',
		path: '/apps/:slug/facts/:id',
		access: 'editor',
		handle: async (call) => {
			const body = await readJson(call.request, updateFact);
			return json(await call.runtime.facts.update(await appOf(call), param(call, 'id'), body));
		},
	},
	{
		method: 'DELETE',
		path: '/apps/:slug/facts/:id',
		access: 'editor',
		handle: async (call) => {
			await call.runtime.facts.remove(await appOf(call), param(call, 'id'));
			return noContent();
		},
	},
];
