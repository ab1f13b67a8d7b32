import { setup } from '#lib/contracts/index.ts';
import { readJson } from './body.ts';
import { json } from './reply.ts';
import { memberOf, type Route } from './router.ts';

export const accountRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/status',
		access: 'open',
		handle: async ({ runtime }) => json({ setupOpen: await runtime.setup.isOpen() }),
	},
	{
		method: 'POST',
		path: '/setup',
		access: 'open',
		handle: async ({ request, runtime }) => {
			const fields = await readJson(request, setup);
			await runtime.setup.complete(fields);
			runtime.log('info', 'setup is done');
			return json({ email: fields.email });
		},
	},
	{ method: 'GET', path: '/me', access: 'viewer', handle: (call) => json(memberOf(call)) },
];
