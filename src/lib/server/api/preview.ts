import { appTypes, previewReport, typesCheck } from '#lib/contracts/index.ts';
import { readJson } from './body.ts';
import { json, noContent } from './reply.ts';
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
	{
		method: 'POST',
		path: '/apps/:slug/runs/:id/preview',
		access: 'viewer',
		handle: async (call) => {
			const report = await readJson(call.request, previewReport);
			const run = await call.runtime.runs.get(param(call, 'slug'), param(call, 'id'));
			call.runtime.requests.report(run.id, report);
			return noContent();
		},
	},
	{
		method: 'GET',
		path: '/apps/:slug/types',
		access: 'viewer',
		handle: async (call) => {
			const { slug } = await call.runtime.apps.get(param(call, 'slug'));
			const { text, hash, outline } = await call.runtime.types.client(slug);
			return json(appTypes.parse({ hash, files: [{ path: '$client.d.ts', text }], outline }));
		},
	},
	{
		method: 'POST',
		path: '/apps/:slug/types/check',
		access: 'viewer',
		handle: async (call) => {
			const { slug } = await call.runtime.apps.get(param(call, 'slug'));
			// Whoever goes away is not waited for, and does not end the checker that others use.
			const { signal } = new AbortController();
			return json(typesCheck.parse({ checks: await call.runtime.types.check(slug, signal) }));
		},
	},
];
