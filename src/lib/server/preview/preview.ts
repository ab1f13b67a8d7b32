import { Builds } from './builds.ts';
import { createBuildCache } from './cache.ts';
import { serveDraft } from './serve/serve.ts';
import type { Preview, PreviewConfig } from './types.ts';
import { createCompiler, defaultCompilerLimits } from './worker/index.ts';

/**
 * Builds apps from their workspaces and serves their drafts. Starts no process before the first build.
 * @example
 * const preview = createPreview({ workspaceOf, cacheDir: 'pb_data/previews', builderOrigin: 'http://localhost:3000' });
 * const { ok, problems } = await preview.build('guestbook');
 */
export function createPreview(config: PreviewConfig): Preview {
	const compiler = createCompiler({ ...defaultCompilerLimits, ...config.limits }, (words) =>
		config.onError?.('The compiler process ended by itself.', words),
	);
	const cache = config.cacheDir === undefined ? undefined : createBuildCache(config.cacheDir);
	const builds = new Builds(config, compiler, cache);
	const builderOrigin = (): string =>
		typeof config.builderOrigin === 'string' ? config.builderOrigin : config.builderOrigin();
	return {
		build: async (slug) => (await builds.build(slug)).answer,
		current: (slug) => builds.last(slug) ?? null,
		serve: (slug, request) => serveDraft(builds, slug, request, builderOrigin()),
		warm: () => compiler.warm(),
		forget: (slug) => builds.forget(slug),
		get compilerPid() {
			return compiler.pid;
		},
		close: () => compiler.close(),
	};
}
