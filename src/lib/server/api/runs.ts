import { bootReport, repeatRun, startRun } from '#lib/contracts/index.ts';
import { readJson } from './body.ts';
import { eventStream, json, noContent } from './reply.ts';
import { memberOf, param, type Call, type Route } from './router.ts';
import { eventStreamOf } from './sse.ts';

const appOf = async (call: Call): Promise<string> =>
	(await call.runtime.apps.get(param(call, 'slug'))).slug;

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
			const { text, ...extras } = await readJson(call.request, startRun);
			const app = await appOf(call);
			const author = memberOf(call).id;
			const accepted = await call.runtime.runs.send(app, text, { ...extras, author });
			await call.runtime.apps.touch(app);
			return json(accepted, accepted.status === 'queued' ? 202 : 201);
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
		path: '/apps/:slug/runs/:id/resend',
		access: 'editor',
		handle: async (call) => {
			const { text, ...extras } = await readJson(call.request, startRun);
			const author = memberOf(call).id;
			const { runs } = call.runtime;
			const id = param(call, 'id');
			return json(await runs.resend(await appOf(call), id, text, { ...extras, author }), 201);
		},
	},
	{
		method: 'POST',
		path: '/apps/:slug/runs/:id/retry',
		access: 'editor',
		handle: async (call) => {
			const { clientId } = await readJson(call.request, repeatRun);
			const extras = { clientId, author: memberOf(call).id };
			return json(await call.runtime.runs.retry(await appOf(call), param(call, 'id'), extras), 201);
		},
	},
	{
		method: 'POST',
		path: '/apps/:slug/runs/:id/continue',
		access: 'editor',
		handle: async (call) => {
			const { clientId } = await readJson(call.request, repeatRun);
			const extras = { clientId, author: memberOf(call).id };
			const { runs } = call.runtime;
			return json(await runs.resumeWork(await appOf(call), param(call, 'id'), extras), 201);
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
