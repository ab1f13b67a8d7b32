import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createCheckpoint, restoreRequest, updateCheckpoint } from '#lib/contracts/index.ts';
import { readJson } from './body.ts';
import { download, json } from './reply.ts';
import { param, type Call, type Route } from './router.ts';

export const checkpointRoutes: readonly Route[] = [
	...['checkpoints', 'history'].flatMap((name): Route[] => [
		{ method: 'GET', path: `/apps/:slug/${name}`, access: 'viewer', handle: list },
		{ method: 'POST', path: `/apps/:slug/${name}/:id/restore`, access: 'editor', handle: restore },
	]),
	{
		method: 'POST',
		path: '/apps/:slug/checkpoints',
		access: 'editor',
		handle: async (call) => {
			const { note } = await readJson(call.request, createCheckpoint);
			const slug = await slugOf(call);
			return json(await call.runtime.checkpoints.create(slug, note ?? ''), 201);
		},
	},
	{
		method: 'PATCH',
		path: '/apps/:slug/checkpoints/:id',
		access: 'editor',
		handle: async (call) => {
			const patch = await readJson(call.request, updateCheckpoint);
			const slug = await slugOf(call);
			return json(await call.runtime.checkpoints.update(slug, param(call, 'id'), patch));
		},
	},
	{
		method: 'GET',
		path: '/apps/:slug/checkpoints/:id/diff',
		access: 'viewer',
		handle: async (call) => {
			const to = call.url.searchParams.get('to') ?? 'now';
			const slug = await slugOf(call);
			return json(
				await call.runtime.checkpoints.diff(slug, param(call, 'id'), to === 'now' ? undefined : to),
			);
		},
	},
	{
		method: 'GET',
		path: '/apps/:slug/quarantine',
		access: 'viewer',
		handle: async (call) =>
			json({ items: await call.runtime.checkpoints.quarantines(await slugOf(call)) }),
	},
	{
		method: 'GET',
		path: '/apps/:slug/quarantine/:id',
		access: 'viewer',
		handle: async (call) => {
			const slug = await slugOf(call);
			const id = param(call, 'id');
			const path = await call.runtime.checkpoints.quarantineFile(slug, id);
			const body = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
			return download(body, `${slug}-set-aside-${id}.json`);
		},
	},
];

/** @throws TinykitError `app_not_found` */
async function slugOf(call: Call): Promise<string> {
	return (await call.runtime.apps.get(param(call, 'slug'))).slug;
}

async function list(call: Call): Promise<Response> {
	const slug = await slugOf(call);
	const number = (name: string, max: number, otherwise: number): number => {
		const value = Number(call.url.searchParams.get(name) ?? otherwise);
		return Number.isInteger(value) && value >= 1 && value <= max ? value : otherwise;
	};
	return json(
		await call.runtime.checkpoints.list(
			slug,
			number('page', 1_000_000, 1),
			number('perPage', 200, 50),
		),
	);
}

async function restore(call: Call): Promise<Response> {
	const request = await readJson(call.request, restoreRequest);
	const slug = await slugOf(call);
	const result = await call.runtime.checkpoints.restore(slug, param(call, 'id'), request);
	if (!result.dryRun) await call.runtime.apps.touch(slug);
	return json(result);
}
