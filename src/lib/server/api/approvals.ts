import { approvalDecision } from '#lib/contracts/index.ts';
import { readJson } from './body.ts';
import { json } from './reply.ts';
import { memberOf, param, type Route } from './router.ts';

export const approvalRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/apps/:slug/approvals',
		access: 'viewer',
		handle: async (call) => {
			const { slug } = await call.runtime.apps.get(param(call, 'slug'));
			return json({ items: await call.runtime.approvals.list(slug) });
		},
	},
	{
		method: 'POST',
		path: '/apps/:slug/approvals/:id',
		access: 'editor',
		handle: async (call) => {
			const { accept } = await readJson(call.request, approvalDecision);
			const { slug } = await call.runtime.apps.get(param(call, 'slug'));
			return json(
				await call.runtime.approvals.decide(slug, param(call, 'id'), accept, memberOf(call).id),
			);
		},
	},
];
