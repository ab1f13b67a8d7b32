import { fileURLToPath } from 'node:url';
import { build, context, type BuildFailure, type BuildOptions } from 'esbuild';
import { placeOf } from './frame.ts';
import { entry, workspacePlugin } from './plugin.ts';
import { toProblems, type Origin } from './problems.ts';
import { compileSvelte } from './svelte.ts';
import { rootComponent, type CompileResult, type SourceFiles } from './types.ts';

export interface Bundler {
	/** Compiles an app. One at a time. */
	compile(files: SourceFiles): Promise<CompileResult>;
}

/** Bytes of the compiled script and styles together. */
const maxOutput = 8 * 1024 * 1024;
const target = 'es2022';

function isBuildFailure(error: unknown): error is BuildFailure {
	return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

async function bundleBoot(): Promise<string> {
	const { outputFiles } = await build({
		entryPoints: [fileURLToPath(new URL('../runtime/boot.ts', import.meta.url))],
		bundle: true,
		write: false,
		format: 'iife',
		minify: true,
		target,
		charset: 'utf8',
		logLevel: 'silent',
		tsconfigRaw: {},
	});
	return outputFiles[0]?.text ?? '';
}

const options = {
	entryPoints: [{ in: entry, out: 'app' }],
	bundle: true,
	write: false,
	outdir: '/',
	format: 'esm',
	platform: 'browser',
	target,
	charset: 'utf8',
	// Names stay, so that an error in the app says which function it came from.
	minifyWhitespace: true,
	minifySyntax: true,
	conditions: ['svelte', 'browser', 'production', 'module'],
	define: {
		'process.env.NODE_ENV': '"production"',
		'import.meta.env.DEV': 'false',
		'import.meta.env.PROD': 'true',
		'import.meta.env.MODE': '"production"',
	},
	legalComments: 'none',
	logLevel: 'silent',
	logLimit: 100,
	sourcemap: false,
	// Whatever a tsconfig.json or package.json somewhere above says does not count.
	tsconfigRaw: {},
} satisfies BuildOptions;

/** Places in what esbuild saw, back in what a person wrote. */
function originIn(files: SourceFiles): Origin {
	return (namespace, path, place) => {
		const source = Buffer.from(files.get(path) ?? []).toString('utf8');
		if (!/\.svelte(?:\.ts|\.js)?$/.test(path)) return path.endsWith('.css') ? undefined : place;
		try {
			return compileSvelte(path, source).origin(namespace === 'css' ? 'css' : 'js', place);
		} catch {
			return placeOf(source, '<script');
		}
	};
}

/**
 * Starts a bundler that stays warm: what has not changed since the last build is not parsed again.
 * Runs no code of the workspace and no configuration of it.
 */
export async function createBundler(): Promise<Bundler> {
	let files: SourceFiles = new Map();
	const [boot, bundle] = await Promise.all([
		bundleBoot(),
		context({ ...options, plugins: [workspacePlugin(() => files)] }),
	]);
	return {
		async compile(source) {
			files = source;
			const failed = (problems: Extract<CompileResult, { ok: false }>['problems']) => {
				return { ok: false, problems, boot } as const;
			};
			if (!files.has(rootComponent)) {
				const message = `There is no ${rootComponent} yet.`;
				return failed([{ path: rootComponent, code: 'entry_missing', message }]);
			}
			try {
				const { outputFiles } = await bundle.rebuild();
				const output = (ending: string): string =>
					outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
				const app = { js: output('.js'), css: output('.css') };
				const size = Buffer.byteLength(app.js) + Buffer.byteLength(app.css);
				if (size > maxOutput) {
					const message = `The compiled app has ${String(size)} bytes; at most ${String(maxOutput)} are served.`;
					return failed([{ code: 'output_too_large', message }]);
				}
				return { ok: true, app, boot };
			} catch (error) {
				if (!isBuildFailure(error)) throw error;
				return failed(toProblems(error.errors, files, originIn(files)));
			}
		},
	};
}
