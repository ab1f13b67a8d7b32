import { TinykitError, updateSettings, type BuilderSettings } from '#lib/contracts/index.ts';
import type { Runtime } from '../runtime.ts';
import { type StoredSettings, testModel } from '../settings/index.ts';
import { readJson } from './body.ts';
import { json } from './reply.ts';
import type { Route } from './router.ts';

export const settingsRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/settings',
		access: 'viewer',
		handle: async ({ runtime }) => json(await shown(runtime, await runtime.settings.read())),
	},
	{
		method: 'PATCH',
		path: '/settings',
		access: 'owner',
		handle: async ({ request, runtime }) => {
			const patch = await readJson(request, updateSettings);
			// A key that does not work is not kept: the next run would only find out later.
			if (patch.model?.apiKey && patch.model.untested !== true) {
				const health = await testModel(await runtime.settings.model(patch.model), request.signal);
				if (!health.ok) throw new TinykitError(health.code, { message: health.message });
			}
			if (patch.budgets) await runtime.budgets.update(patch.budgets);
			return json(await shown(runtime, await runtime.settings.update(patch)));
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

const shown = async (runtime: Runtime, stored: StoredSettings): Promise<BuilderSettings> => ({
	...stored,
	agent: { ...runtime.agents.status, budgets: await runtime.budgets.read() },
});
