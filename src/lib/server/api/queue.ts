import { TinykitError, updateQueued } from '#lib/contracts/index.ts';
import { readJson } from './body.ts';
import { json, noContent } from './reply.ts';
import { param, type Call, type Route } from './router.ts';

const appOf = async (call: Call): Promise<string> =>
	(await call.runtime.apps.get(param(call, 'slug'))).slug;

export const queueRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/apps/:slug/queue',
		access: 'viewer',
		handle: async (call) => json(await call.runtime.runs.queue(await appOf(call))),
	},
	{
		method: 'POST',
		path: '/apps/:slug/queue/resume',
		access: 'editor',
		handle: async (call) => json(await call.runtime.runs.resumeQueue(await appOf(call))),
	},
	{
		method: 'PATCH',
		path: '/apps/:slug/queue/:id',
		access: 'editor',
		handle: async (call) => {
			const patch = await readJson(call.request, updateQueued);
			if (patch.text === undefined && patch.position === undefined)
				throw new TinykitError('invalid_request', { message: 'Give text or position.' });
			return json(
				await call.runtime.runs.changeQueued(await appOf(call), param(call, 'id'), patch),
			);
		},
	},
	{
		method: 'DELETE',
		path: '/apps/:slug/queue/:id',
		access: 'editor',
		handle: async (call) => {
			await call.runtime.runs.removeQueued(await appOf(call), param(call, 'id'));
			return noContent();
		},
	},
];
