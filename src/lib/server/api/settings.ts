import { updateSettings } from '#lib/contracts/index.ts';
import { testModel } from '../test-model.ts';
import { readJson } from './body.ts';
import { json } from './reply.ts';
import type { Route } from './router.ts';

export const settingsRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/settings',
		access: 'viewer',
		handle: async ({ runtime }) => json(await runtime.settings.read()),
	},
	{
		method: 'PATCH',
		path: '/settings',
		access: 'owner',
		handle: async ({ request, runtime }) => {
			const patch = await readJson(request, updateSettings);
			return json(await runtime.settings.update(patch));
		},
	},
	{
		method: 'POST',
		path: '/settings/test',
		access: 'owner',
		handle: async ({ request, runtime }) =>
			json(await testModel(await runtime.settings.model(), request.signal)),
	},
];
