import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import type { PreviewBuild } from '#lib/contracts/index.ts';
import { createPreview, type Preview, type PreviewConfig } from '#lib/server/preview/index.ts';
import { createWorkspace, type Workspace } from '#lib/server/workspace/index.ts';

export const builderOrigin = 'http://localhost:3000';

export interface Studio {
	readonly base: string;
	readonly cacheDir: string;
	readonly workspace: Workspace;
	readonly preview: Preview;
	/** Errors the preview reported. */
	readonly reported: string[];
	/** Another preview over the same folders, as after a restart. */
	readonly again: (config?: Partial<PreviewConfig>) => Preview;
	/** Writes these files. */
	readonly write: (files: Readonly<Record<string, string>>) => Promise<void>;
	/** Asks the draft host. */
	readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>;
}

const previews: Preview[] = [];
const folders: string[] = [];
afterEach(async () => {
	await Promise.all(previews.splice(0).map((preview) => preview.close()));
	for (const path of folders.splice(0)) await rm(path, { recursive: true, force: true });
});

/** A real workspace named `demo` and a preview with its own compiler process. */
export async function studio(config: Partial<PreviewConfig> = {}): Promise<Studio> {
	const base = await realpath(await mkdtemp(join(tmpdir(), 'tinykit-preview-')));
	folders.push(base);
	const cacheDir = join(base, 'cache');
	const workspaces = new Map<string, Workspace>();
	const workspaceOf = (slug: string): Workspace => {
		const found = workspaces.get(slug) ?? createWorkspace({ root: join(base, 'workspace'), slug });
		workspaces.set(slug, found);
		return found;
	};
	const reported: string[] = [];
	const again = (more: Partial<PreviewConfig> = {}): Preview => {
		const onError = (message: string): void => void reported.push(message);
		const preview = createPreview({
			workspaceOf,
			cacheDir,
			builderOrigin,
			onError,
			...config,
			...more,
		});
		previews.push(preview);
		return preview;
	};
	const workspace = workspaceOf('demo');
	const preview = again();
	return {
		base,
		cacheDir,
		workspace,
		preview,
		reported,
		again,
		write: async (files) => {
			for (const [path, text] of Object.entries(files)) await workspace.write(path, text);
		},
		get: (path, headers = {}) => preview.serve('demo', { method: 'GET', path, headers }),
	};
}

/** The script and styles a page loads. */
export async function assetsOf(
	page: Response,
	get: Studio['get'],
): Promise<{
	readonly html: string;
	readonly js: string;
	readonly css: string;
	readonly boot: string;
}> {
	const html = await page.text();
	const load = async (pattern: RegExp): Promise<string> => {
		const path = pattern.exec(html)?.[1];
		return path === undefined ? '' : (await get(path)).text();
	};
	return {
		html,
		js: await load(/<script type="module" src="([^"]+)">/),
		css: await load(/<link rel="stylesheet" href="([^"]+)">/),
		boot: await load(/<script src="([^"]+)">/),
	};
}

let shared: { readonly base: string; readonly preview: Preview } | undefined;
let builds = 0;
afterAll(async () => {
	await shared?.preview.close();
	if (shared) await rm(shared.base, { recursive: true, force: true });
	shared = undefined;
});

/** Builds these files as an app of their own; one warm compiler serves a whole test file. */
export async function buildOnce(files: Readonly<Record<string, string>>): Promise<PreviewBuild> {
	if (!shared) {
		const base = await realpath(await mkdtemp(join(tmpdir(), 'tinykit-preview-')));
		const workspaceOf = (slug: string): Workspace =>
			createWorkspace({ root: join(base, 'workspace'), slug });
		shared = { base, preview: createPreview({ workspaceOf, builderOrigin }) };
	}
	const slug = `app${String(++builds)}`;
	const workspace = createWorkspace({ root: join(shared.base, 'workspace'), slug });
	for (const [path, text] of Object.entries(files)) await workspace.write(path, text);
	return shared.preview.build(slug);
}
