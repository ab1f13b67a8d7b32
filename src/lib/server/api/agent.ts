import { json } from './reply.ts';
import { param, type Route } from './router.ts';

const maxCalls = 200;

export const agentRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/agent',
		access: 'viewer',
		handle: ({ runtime }) => json(runtime.agents.status),
	},
	{
		method: 'POST',
		path: '/agent/stop-all',
		access: 'owner',
		handle: async ({ runtime }) => {
			// First nothing starts any more, then what runs is ended, also when the disk did not take the first.
			return json(await runtime.agents.set(true).finally(() => runtime.runs.killAll()));
		},
	},
	{
		method: 'POST',
		path: '/agent/start',
		access: 'owner',
		handle: async ({ runtime }) => json(await runtime.agents.set(false)),
	},
	{
		method: 'GET',
		path: '/apps/:slug/spent',
		access: 'viewer',
		handle: async (call) => {
			const { budgets, apps } = call.runtime;
			const { slug } = await apps.get(param(call, 'slug'));
			const [app, today] = [await budgets.ofApp(slug), await budgets.today()];
			return json({ app, today, budgets: await budgets.read() });
		},
	},
	{
		method: 'GET',
		path: '/apps/:slug/calls',
		access: 'viewer',
		handle: async (call) => {
			const { slug } = await call.runtime.apps.get(param(call, 'slug'));
			const before = Number(call.url.searchParams.get('before') ?? 0);
			const from = Number.isSafeInteger(before) && before > 0 ? before : undefined;
			return json({ items: await call.runtime.calls.list(slug, from, maxCalls) });
		},
	},
];
