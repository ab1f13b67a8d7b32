import { json } from './reply.ts';
import type { Route } from './router.ts';

export const backupRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/backups',
		access: 'owner',
		handle: async ({ runtime }) => json({ items: await runtime.backups.list() }),
	},
	{
		method: 'POST',
		path: '/backups',
		access: 'owner',
		handle: async ({ runtime }) => json(await runtime.backups.create(), 201),
	},
];
