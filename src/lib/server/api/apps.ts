import { createApp, TinykitError, updateApp, type App } from '#lib/contracts/index.ts';
import type { AppRow } from '../apps.ts';
import type { Runtime } from '../runtime.ts';
import { readJson } from './body.ts';
import { json, noContent } from './reply.ts';
import { memberOf, param, type Route } from './router.ts';

export const appRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/apps',
		access: 'viewer',
		handle: async (call) => {
			const { runtime } = call;
			// The page that lists the apps is the one where the next begins.
			if (memberOf(call).role !== 'viewer') runtime.warm();
			const apps = await runtime.apps.list();
			return json({ items: await Promise.all(apps.map((app) => toWire(runtime, app))) });
		},
	},
	{
		method: 'POST',
		path: '/apps',
		access: 'editor',
		handle: async (call) => {
			const { request, runtime } = call;
			const { name, prompt, template } = await readJson(request, createApp);
			if (template !== undefined)
				throw new TinykitError('template_unknown', { details: { template } });
			runtime.warm();
			const app = await runtime.apps.create(name ?? nameFrom(prompt));
			const run =
				prompt === undefined
					? undefined
					: await runtime.runs.start(app.slug, prompt, { author: memberOf(call).id });
			return json({ slug: app.slug, ...(run && { run: { id: run.id } }) }, 201);
		},
	},
	{
		method: 'GET',
		path: '/apps/:slug',
		access: 'viewer',
		handle: async (call) =>
			json(await toWire(call.runtime, await call.runtime.apps.get(param(call, 'slug')))),
	},
	{
		method: 'PATCH',
		path: '/apps/:slug',
		access: 'editor',
		handle: async (call) => {
			const fields = await readJson(call.request, updateApp);
			const app = await call.runtime.apps.change(param(call, 'slug'), fields);
			return json(await toWire(call.runtime, app));
		},
	},
	{
		method: 'DELETE',
		path: '/apps/:slug',
		access: 'owner',
		handle: async (call) => {
			await call.runtime.removeApp(param(call, 'slug'));
			return noContent();
		},
	},
];

async function toWire(runtime: Runtime, app: AppRow): Promise<App> {
	const run = await runtime.runs.newest(app.slug);
	const origins = runtime.origins.app(app);
	const isLive = runtime.backends.stages(app.slug).some(({ stage }) => stage === 'live');
	return {
		slug: app.slug,
		name: app.name,
		model: app.model,
		created: app.created,
		updated: app.updated,
		draftUrl: origins.draft,
		liveUrl: isLive ? origins.live : null,
		run: run ? { id: run.id, status: run.status, reason: run.reason } : null,
	};
}

const fillers = new Set(
	'a an the my our your this some please i we want need would like to make build create me us new simple small app application website site page'.split(
		' ',
	),
);

/**
 * A name for an app from what was asked: the words before the first "for", "with", "where" …
 * @example nameFrom('Please make a to-do list for each of us') // 'To-do list'
 */
export function nameFrom(prompt: string | undefined): string {
	const [phrase = ''] = (prompt ?? '').split(
		/[.,;:!?\n]|\b(?:for|with|where|that|which|who|so|in|on|of)\b/i,
		1,
	);
	const words = phrase.match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu) ?? [];
	const name = words
		.filter((word) => !fillers.has(word.toLowerCase()))
		.slice(0, 4)
		.join(' ')
		.slice(0, 40);
	return name === '' ? 'New app' : name.charAt(0).toUpperCase() + name.slice(1);
}
