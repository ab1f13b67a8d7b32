import { bootReport, startRun } from '#lib/contracts/index.ts';
import { readJson } from './body.ts';
import { eventStream, json, noContent } from './reply.ts';
import { param, type Route } from './router.ts';
import { eventStreamOf } from './sse.ts';

export const runRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/apps/:slug/runs',
		access: 'viewer',
		handle: async (call) => {
			const { slug } = await call.runtime.apps.get(param(call, 'slug'));
			return json({ items: await call.runtime.runs.list(slug) });
		},
	},
	{
		method: 'POST',
		path: '/apps/:slug/runs',
		access: 'editor',
		handle: async (call) => {
			const { text } = await readJson(call.request, startRun);
			const { slug } = await call.runtime.apps.get(param(call, 'slug'));
			const run = await call.runtime.runs.start(slug, text);
			await call.runtime.apps.touch(slug);
			return json({ id: run.id }, 201);
		},
	},
	{
		method: 'GET',
		path: '/apps/:slug/runs/:id',
		access: 'viewer',
		handle: async (call) =>
			json(await call.runtime.runs.get(param(call, 'slug'), param(call, 'id'))),
	},
	{
		method: 'GET',
		path: '/apps/:slug/runs/:id/events',
		access: 'viewer',
		handle: async (call) => {
			const { runtime, request } = call;
			const run = await runtime.runs.get(param(call, 'slug'), param(call, 'id'));
			const after = Number(
				request.headers.get('last-event-id') ?? call.url.searchParams.get('after') ?? 0,
			);
			// Only somebody who shows the preview can report its boot; a script that follows the log cannot.
			const detach =
				call.url.searchParams.get('studio') === '1'
					? runtime.boots.attach(run.id)
					: () => undefined;
			const from = Number.isSafeInteger(after) && after > 0 ? after : 0;
			return eventStream(
				eventStreamOf((signal) => runtime.runs.log(run.id).follow(from, signal), detach),
			);
		},
	},
	{
		method: 'POST',
		path: '/apps/:slug/runs/:id/stop',
		access: 'editor',
		handle: async (call) => {
			await call.runtime.runs.stop(param(call, 'slug'), param(call, 'id'));
			return noContent();
		},
	},
	{
		method: 'POST',
		path: '/apps/:slug/runs/:id/boot',
		access: 'viewer',
		handle: async (call) => {
			const report = await readJson(call.request, bootReport);
			const run = await call.runtime.runs.get(param(call, 'slug'), param(call, 'id'));
			call.runtime.boots.report(run.id, report);
			return noContent();
		},
	},
];
