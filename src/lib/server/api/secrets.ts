import { putSecret, secretName, TinykitError } from '#lib/contracts/index.ts';
import { readJson } from './body.ts';
import { json, noContent } from './reply.ts';
import { memberOf, param, type Call, type Route } from './router.ts';

const appOf = async (call: Call): Promise<string> =>
	(await call.runtime.apps.get(param(call, 'slug'))).slug;

const nameOf = (call: Call): string => {
	const name = secretName.safeParse(param(call, 'name'));
	if (name.success) return name.data;
	throw new TinykitError('invalid_request', { details: { field: 'name' } });
};

/** No route answers with a value. */
export const secretRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/apps/:slug/secrets',
		access: 'viewer',
		handle: async (call) => json({ items: await call.runtime.secrets.list(await appOf(call)) }),
	},
	{
		method: 'PUT',
		path: '/apps/:slug/secrets/:name',
		access: 'editor',
		handle: async (call) => {
			const { secrets, runs } = call.runtime;
			const [app, name] = [await appOf(call), nameOf(call)];
			const { value, hosts } = await readJson(call.request, putSecret);
			const before = await secrets.hostsOf(app, name);
			const asked = await runs.hostsAsked(app, name);
			await secrets.put(app, name, value, hosts ?? [...(before ?? []), ...(asked ?? [])]);
			await runs.secretEntered(app, name, memberOf(call).id);
			return noContent();
		},
	},
	{
		method: 'DELETE',
		path: '/apps/:slug/secrets/:name',
		access: 'editor',
		handle: async (call) => {
			await call.runtime.secrets.remove(await appOf(call), nameOf(call));
			return noContent();
		},
	},
];
