import { json } from './reply.ts';
import { param, type Route } from './router.ts';

export const previewRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/apps/:slug/preview',
		access: 'viewer',
		handle: async (call) => {
			const { slug } = await call.runtime.apps.get(param(call, 'slug'));
			return json(call.runtime.preview.current(slug) ?? (await call.runtime.preview.build(slug)));
		},
	},
	{
		method: 'POST',
		path: '/apps/:slug/preview',
		access: 'viewer',
		handle: async (call) => {
			const { slug } = await call.runtime.apps.get(param(call, 'slug'));
			return json(await call.runtime.preview.build(slug));
		},
	},
];
