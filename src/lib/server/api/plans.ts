import { acceptPlan, updatePlan } from '#lib/contracts/index.ts';
import { readJson } from './body.ts';
import { json } from './reply.ts';
import { param, type Call, type Route } from './router.ts';

const appOf = async (call: Call): Promise<string> =>
	(await call.runtime.apps.get(param(call, 'slug'))).slug;

export const planRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/apps/:slug/plans',
		access: 'viewer',
		handle: async (call) => json({ items: await call.runtime.plans.list(await appOf(call)) }),
	},
	{
		method: 'GET',
		path: '/apps/:slug/plans/:id',
		access: 'viewer',
		handle: async (call) =>
			json(await call.runtime.plans.get(await appOf(call), param(call, 'id'))),
	},
	{
		method: 'PATCH',
		path: '/apps/:slug/plans/:id',
		access: 'editor',
		handle: async (call) => {
			const { text } = await readJson(call.request, updatePlan);
			return json(await call.runtime.plans.update(await appOf(call), param(call, 'id'), text));
		},
	},
	{
		method: 'POST',
		path: '/apps/:slug/plans/:id/accept',
		access: 'editor',
		handle: async (call) => {
			const { text } = await readJson(call.request, acceptPlan);
			const app = await appOf(call);
			const plan = await call.runtime.plans.get(app, param(call, 'id'));
			const run = await call.runtime.runs.start(app, text ?? 'Build the plan.', { plan: plan.id });
			await call.runtime.plans.accept(app, plan.id);
			await call.runtime.apps.touch(app);
			return json({ id: run.id }, 201);
		},
	},
];
