import {
	app,
	appTypes,
	approval,
	backupEntry,
	backupList,
	checkpoint,
	checkpointDiff,
	checkpointPage,
	createdApp,
	fileEntry,
	fileList,
	isErrorCode,
	me,
	previewBuild,
	quarantineList,
	restoreResult,
	runList,
	settings,
	status,
	typesCheck,
	type BootReport,
	type PreviewReport,
	type CreateApp,
	type UpdateApp,
	type RestoreRequest,
	type UpdateCheckpoint,
	type UpdateSettings,
} from '#lib/contracts/index.ts';
import { z } from 'zod';
import { agentCalls, type Call } from './agent-calls.ts';
import { ApiFailure, asFailure, failureOf } from './api-failure.ts';

export interface ApiOptions {
	readonly fetch: typeof fetch;
	/** The bearer token, or an empty string. */
	readonly token: () => string;
	/** Called once for each 401, before the failure is thrown. */
	readonly onUnauthenticated: () => void;
	/** Where the builder API is; same origin by default. */
	readonly base?: string;
}

const appList = z.object({ items: z.array(app) });
const approvalList = z.object({ items: z.array(approval) });
const modelTest = z.object({
	ok: z.boolean(),
	code: z.string(),
	message: z.string(),
	tools: z.boolean().optional(),
});

const anything = z.unknown();
/** The file must be as it was read (`hash`), or must not be there yet (`null`). */
type Expectation = { readonly hash: string } | { readonly hash: null } | undefined;

/** The typed client of `/tinykit/api`. Every answer is parsed by its contract; every failure is an `ApiFailure`. */
export function createApi(options: ApiOptions) {
	const base = options.base ?? '/tinykit/api';

	async function send(path: string, call: Call = {}): Promise<Response> {
		const headers = new Headers(call.headers);
		const token = options.token();
		if (token) headers.set('authorization', `Bearer ${token}`);
		let body: string | undefined = call.text;
		if (call.json !== undefined) {
			headers.set('content-type', 'application/json');
			body = JSON.stringify(call.json);
		} else if (body !== undefined) {
			headers.set('content-type', 'text/plain; charset=utf-8');
		}
		let response: Response;
		try {
			response = await options.fetch(base + path, {
				method: call.method ?? 'GET',
				headers,
				cache: 'no-store',
				...(body !== undefined && { body }),
				...(call.signal && { signal: call.signal }),
			});
		} catch (error) {
			throw asFailure(error);
		}
		if (response.ok) return response;
		const failure = failureOf(response.status, await response.text().catch(() => ''));
		if (failure.status === 401) options.onUnauthenticated();
		throw failure;
	}

	async function ask<T>(schema: z.ZodType<T>, path: string, call?: Call): Promise<T> {
		const response = await send(path, call);
		const text = await response.text().catch(() => '');
		let value: unknown;
		try {
			value = text === '' ? undefined : JSON.parse(text);
		} catch (error) {
			throw new ApiFailure('bad_response', { status: response.status, cause: error });
		}
		const parsed = schema.safeParse(value);
		if (parsed.success) return parsed.data;
		throw new ApiFailure('bad_response', { status: response.status, cause: parsed.error });
	}

	const appPath = (slug: string) => `/apps/${encodeURIComponent(slug)}`;
	const runPath = (slug: string, id: string) => `${appPath(slug)}/runs/${encodeURIComponent(id)}`;
	const checkpointPath = (slug: string, id = '') =>
		`${appPath(slug)}/checkpoints${id && `/${encodeURIComponent(id)}`}`;
	const filePath = (slug: string, path: string) => {
		const parts = path.split('/');
		// The browser resolves these before it sends: they would ask for something else.
		if (parts.some((part) => part === '.' || part === '..' || part === '')) {
			throw new ApiFailure('path_invalid');
		}
		return `${appPath(slug)}/files/${parts.map(encodeURIComponent).join('/')}`;
	};
	const expect = (expectation: Expectation): Record<string, string> => {
		if (!expectation) return {};
		return expectation.hash === null
			? { 'if-none-match': '*' }
			: { 'if-match': `"${expectation.hash}"` };
	};

	return {
		...agentCalls({ ask, send }),
		status: () => ask(status, '/status'),
		setUp: (input: { code: string; email: string; password: string }) =>
			ask(anything, '/setup', { method: 'POST', json: input }),
		me: () => ask(me, '/me'),

		apps: async () => (await ask(appList, '/apps')).items,
		app: (slug: string) => ask(app, appPath(slug)),
		createApp: (input: CreateApp) => ask(createdApp, '/apps', { method: 'POST', json: input }),
		updateApp: (slug: string, fields: UpdateApp) =>
			ask(app, appPath(slug), { method: 'PATCH', json: fields }),
		deleteApp: async (slug: string) => {
			await send(appPath(slug), { method: 'DELETE' });
		},

		files: async (slug: string) => (await ask(fileList, `${appPath(slug)}/files`)).items,
		/** A file's text and its hash. */
		readFile: async (slug: string, path: string) => {
			const response = await send(filePath(slug, path));
			return { text: await response.text(), hash: hashOfEtag(response.headers.get('etag')) };
		},
		writeFile: async (slug: string, path: string, text: string, expectation: Expectation) =>
			ask(fileEntry, filePath(slug, path), { method: 'PUT', text, headers: expect(expectation) }),
		deleteFile: async (slug: string, path: string, expectation: Expectation) => {
			await send(filePath(slug, path), { method: 'DELETE', headers: expect(expectation) });
		},

		runs: async (slug: string) => (await ask(runList, `${appPath(slug)}/runs`)).items,
		stopRun: async (slug: string, id: string) => {
			await send(`${runPath(slug, id)}/stop`, { method: 'POST', json: {} });
		},
		reportBoot: async (slug: string, id: string, report: BootReport) => {
			await send(`${runPath(slug, id)}/boot`, { method: 'POST', json: report });
		},
		reportPreview: async (slug: string, id: string, report: PreviewReport) => {
			await send(`${runPath(slug, id)}/preview`, { method: 'POST', json: report });
		},
		/**
		 * The open event stream of a run, from the event after `after`.
		 * @param studio a preview frame is on this page and will report the boot of the run's builds
		 */
		openEvents: (slug: string, id: string, after: number, studio: boolean, signal: AbortSignal) =>
			send(`${runPath(slug, id)}/events${studio ? '?studio=1' : ''}`, {
				headers: {
					accept: 'text/event-stream',
					...(after > 0 && { 'last-event-id': after.toString() }),
				},
				signal,
			}),

		/** What the type checker says of the files as they are saved. */
		checkTypes: async (slug: string) =>
			(await ask(typesCheck, `${appPath(slug)}/types/check`, { method: 'POST' })).checks,
		outline: async (slug: string) => (await ask(appTypes, `${appPath(slug)}/types`)).outline,
		preview: (slug: string) => ask(previewBuild, `${appPath(slug)}/preview`),
		buildPreview: (slug: string) =>
			ask(previewBuild, `${appPath(slug)}/preview`, { method: 'POST', json: {} }),

		approvals: async (slug: string) =>
			(await ask(approvalList, `${appPath(slug)}/approvals`)).items,
		decide: async (slug: string, id: string, accept: boolean) => {
			await send(`${appPath(slug)}/approvals/${encodeURIComponent(id)}`, {
				method: 'POST',
				json: { accept },
			});
		},

		/** @param page from 1 */
		checkpoints: (slug: string, page: number, perPage: number) =>
			ask(
				checkpointPage,
				`${checkpointPath(slug)}?page=${page.toString()}&perPage=${perPage.toString()}`,
			),
		createCheckpoint: (slug: string, note: string) =>
			ask(checkpoint, checkpointPath(slug), { method: 'POST', json: { note } }),
		updateCheckpoint: (slug: string, id: string, patch: UpdateCheckpoint) =>
			ask(checkpoint, checkpointPath(slug, id), { method: 'PATCH', json: patch }),
		/** @param to another checkpoint, or `now` */
		checkpointDiff: (slug: string, id: string, to: string) =>
			ask(checkpointDiff, `${checkpointPath(slug, id)}/diff?to=${encodeURIComponent(to)}`),
		restoreCheckpoint: (slug: string, id: string, request: RestoreRequest, signal?: AbortSignal) =>
			ask(restoreResult, `${checkpointPath(slug, id)}/restore`, {
				method: 'POST',
				json: request,
				...(signal && { signal }),
			}),
		quarantines: async (slug: string) =>
			(await ask(quarantineList, `${appPath(slug)}/quarantine`)).items,
		/** The rows a restore set aside, as a JSON file. */
		quarantineFile: async (slug: string, id: string) =>
			(await send(`${appPath(slug)}/quarantine/${encodeURIComponent(id)}`)).blob(),

		settings: () => ask(settings, '/settings'),
		updateSettings: (input: UpdateSettings) =>
			ask(settings, '/settings', { method: 'PATCH', json: input }),
		/** Asks the provider with the settings as they are saved; what it refuses is a failure like any other. */
		testModel: async () => {
			const result = await ask(modelTest, '/settings/test', { method: 'POST', json: {} });
			if (result.ok) return result;
			const code = isErrorCode(result.code) ? result.code : 'provider_failed';
			throw new ApiFailure(code, { message: result.message });
		},
		backups: async () => (await ask(backupList, '/backups')).items,
		createBackup: () => ask(backupEntry, '/backups', { method: 'POST', json: {} }),
	};
}

export type Api = ReturnType<typeof createApi>;

/** `"…"` or `W/"…"` to the hash inside; an empty string when there is none. */
export function hashOfEtag(etag: string | null): string {
	return /^(?:W\/)?"(.*)"$/.exec(etag ?? '')?.[1] ?? '';
}
