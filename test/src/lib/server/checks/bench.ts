import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackend } from '#pb';
import type { CheckResult, RunEventBody, SchemaChange } from '#lib/contracts/index.ts';
import { applyCollections, readCollections } from '#lib/server/app-collections.ts';
import { createAppRules } from '#lib/server/draft/rules.ts';
import { createAppChecks } from '#lib/server/draft/checks.ts';
import { createAppPreview } from '#lib/server/draft/preview.ts';
import { createAppTypes, type AppTypes } from '#lib/server/draft/types.ts';
import type { Apps } from '#lib/server/apps.ts';
import type { AgentPreview } from '#lib/server/agent/index.ts';
import type { Backend, Backends } from '#lib/server/backends.ts';
import { createBoots, type Boots } from '#lib/server/draft/boots.ts';
import type { Origins } from '#lib/server/web/origins.ts';
import { createPreview, type Preview } from '#lib/server/preview/index.ts';
import {
	createHeadless,
	createPreviewRequests,
	findChromium,
	type Headless,
	type PreviewRequests,
} from '#lib/server/preview-tool/index.ts';
import { targetOf } from '#lib/server/schema/index.ts';
import { createWorkspace, type Workspace } from '#lib/server/workspace/index.ts';

export const chromiumPath = '/usr/bin/chromium';
export const hasChromium = existsSync(chromiumPath);

export interface TestApp {
	readonly schema: SchemaChange;
	readonly files: Readonly<Record<string, string>>;
}

export interface CheckBench {
	readonly port: number;
	readonly types: AppTypes;
	readonly preview: Preview;
	readonly boots: Boots;
	readonly requests: PreviewRequests;
	readonly headless: Headless;
	readonly events: RunEventBody[];
	backend(slug: string): Backend;
	workspace(slug: string): Workspace;
	/** Makes an app with these collections and files. */
	make(slug: string, app: TestApp): Promise<void>;
	/** Changes its collections. */
	change(slug: string, change: SchemaChange): Promise<void>;
	/** All checks, as a run has them. */
	check(slug: string): Promise<readonly CheckResult[]>;
	open(slug: string): AgentPreview;
	close(): Promise<void>;
}

const never = new AbortController().signal;

/** Real backends, a real compiler, type checker and browser, behind one HTTP server. */
export async function checkBench(options: { headless?: boolean } = {}): Promise<CheckBench> {
	const base = await realpath(await mkdtemp(join(tmpdir(), 'tinykit-checks-')));
	const backends = new Map<string, Backend>();
	const workspaces = new Map<string, Workspace>();
	const backend = (slug: string): Backend => {
		const found = backends.get(slug);
		if (!found) throw new Error(`no backend for ${slug}`);
		return found;
	};
	const workspace = (slug: string): Workspace => {
		const found = workspaces.get(slug) ?? createWorkspace({ root: join(base, 'workspace'), slug });
		workspaces.set(slug, found);
		return found;
	};
	const use: Backends['use'] = async (slug, _stage, body) => body(backend(slug));
	let port = 0;
	const builder = (): string => `http://localhost:${String(port)}`;
	const preview = createPreview({ workspaceOf: workspace, builderOrigin: builder });
	const server: Server = createServer((request, response) => {
		const slug = /^([a-z0-9-]+?)--draft\./.exec(request.headers.host ?? '')?.[1] ?? '';
		const path = request.url ?? '/';
		if (path.startsWith('/_pb/')) {
			void backend(slug).node(request, response, path.slice('/_pb'.length));
			return;
		}
		const { method = 'GET', headers } = request;
		void preview
			.serve(slug, { method, path: path.split('?', 1)[0] ?? '/', headers })
			.then(async (reply) => {
				response.writeHead(reply.status, Object.fromEntries(reply.headers));
				response.end(Buffer.from(await reply.arrayBuffer()));
			});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	port = (server.address() as AddressInfo).port;

	const boots = createBoots();
	const requests = createPreviewRequests();
	let ids = 0;
	const headless = createHeadless(
		options.headless === false
			? { kind: 'none', why: 'There is no browser in this test.' }
			: findChromium({ path: chromiumPath, searchPath: '', sandbox: false }, true),
		() => String((ids += 1)),
	);
	const types = createAppTypes({ backends: { use }, workspace, log: () => undefined });
	const events: RunEventBody[] = [];
	const parts = (slug: string) => ({
		apps: { get: async () => ({ slug, capability: '' }) } as unknown as Apps,
		origins: {
			builder: builder(),
			app: () => ({ draft: `http://${slug}--draft.localhost:${String(port)}`, live: '' }),
		} as unknown as Origins,
		backends: { use } as Backends,
		preview,
		boots,
		requests,
		headless,
		types,
		rules: createAppRules({ backends: { use }, intents: { list: async () => [] } }),
		app: slug,
		run: 'run1',
		emit: async (event: RunEventBody) => void events.push(event),
	});
	const change = async (slug: string, schema: SchemaChange): Promise<void> => {
		const { collections, problems } = targetOf(readCollections(backend(slug)), schema);
		if (problems.length > 0) throw new Error(JSON.stringify(problems));
		await applyCollections(backend(slug), collections);
	};

	return {
		port,
		types,
		preview,
		boots,
		requests,
		headless,
		events,
		backend,
		workspace,
		change,
		async make(slug, { schema, files }) {
			backends.set(slug, await createBackend({ dataDir: join(base, slug), durability: 'normal' }));
			await change(slug, schema);
			for (const [path, text] of Object.entries(files)) await workspace(slug).write(path, text);
		},
		check: (slug) => createAppChecks(parts(slug)).run(never),
		open: (slug) => createAppPreview(parts(slug)),
		async close() {
			await Promise.all([types.close(), headless.close(), preview.close()]);
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			for (const one of backends.values()) await one.close();
			await rm(base, { recursive: true, force: true });
		},
	};
}
