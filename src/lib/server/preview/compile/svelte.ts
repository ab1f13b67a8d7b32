import { createHash } from 'node:crypto';
import { SourceMap, stripTypeScriptTypes } from 'node:module';
import { compile, compileModule } from 'svelte/compiler';
import { transformSync, type Message } from 'esbuild';
import { codeFrame, placeAt, placeOf, type Place } from './frame.ts';
import { placeOfMessage } from './message-place.ts';
import { SourceError } from './types.ts';

export interface CompiledFile {
	readonly js: string;
	readonly css: string;
	/** From a place in `js` or `css` (both from 1) back to the source. */
	readonly origin: (part: 'js' | 'css', place: Place) => Place | undefined;
}

type RawMap = ConstructorParameters<typeof SourceMap>[0];

function back(map: unknown, place: Place): Place | undefined {
	const entry = new SourceMap(map as RawMap).findEntry(place.line - 1, place.column - 1);
	if (!('originalLine' in entry)) return undefined;
	return { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

interface CompilerError {
	readonly code: string;
	readonly message: string;
	readonly start?: { readonly line: number; readonly column: number };
	readonly position?: readonly [number, number];
}

function isCompilerError(error: unknown): error is CompilerError {
	return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** Svelte's and TypeScript's complaints, with their place in the file that was written. */
export function svelteProblem(error: unknown, path: string, source: string): SourceError {
	if (error instanceof SourceError) return error;
	if (!isCompilerError(error)) {
		const message = error instanceof Error ? error.message : String(error);
		return new SourceError({ path, code: 'compile_failed', message });
	}
	// The second line of a message is a link to svelte's site.
	const message = error.message.replace(/\nhttps:\/\/svelte\.dev\/e\/\S+$/, '');
	let place: Place | undefined;
	if (error.position) place = placeAt(source, error.position[0]);
	else if (error.start) place = { line: error.start.line, column: error.start.column + 1 };
	return new SourceError({
		path,
		...place,
		code: error.code,
		message,
		...(place && { frame: codeFrame(source, place) }),
	});
}

/** Constructs of TypeScript that are code and not only types cannot be blanked out. */
const generating =
	/^[ \t]*(?:export[ \t]+)?(?:declare[ \t]+)?(?:const[ \t]+)?(enum|namespace|module)[ \t]+\w/m;

/** esbuild says where TypeScript cannot be read, Node's type stripper does not. */
function syntaxProblem(
	source: string,
): { readonly place: Place; readonly message: string } | undefined {
	try {
		transformSync(source, { loader: 'ts', logLevel: 'silent', tsconfigRaw: {} });
	} catch (error) {
		const [first] = error instanceof Error && 'errors' in error ? (error.errors as Message[]) : [];
		const place = first && placeOfMessage(first);
		if (first && place) return { place, message: first.text };
	}
	return undefined;
}

/** Blanks types out, so that every place stays where it was. */
function stripTypes(path: string, source: string): string {
	try {
		return stripTypeScriptTypes(source);
	} catch (error) {
		let message = error instanceof Error ? error.message : String(error);
		let place: Place | undefined;
		const isUnsupported = isCompilerError(error) && error.code.includes('UNSUPPORTED');
		if (isUnsupported) {
			const found = generating.exec(source)?.[0];
			place = found === undefined ? undefined : placeOf(source, found.trimStart());
		} else {
			const found = syntaxProblem(source);
			place = found?.place;
			message = found?.message ?? message;
		}
		throw new SourceError({
			path,
			...place,
			code: isUnsupported ? 'typescript_unsupported' : 'typescript_syntax',
			message,
			...(place && { frame: codeFrame(source, place) }),
		});
	}
}

function compileFile(path: string, source: string): CompiledFile {
	const common = { filename: path, dev: false, generate: 'client' as const };
	if (path.endsWith('.svelte')) {
		const { js, css } = compile(source, { ...common, css: 'external', runes: true });
		return {
			js: js.code,
			css: css?.code ?? '',
			origin: (part, place) => back(part === 'js' ? js.map : css?.map, place),
		};
	}
	const plain = path.endsWith('.ts') ? stripTypes(path, source) : source;
	const { js } = compileModule(plain, common);
	return { js: js.code, css: '', origin: (_part, place) => back(js.map, place) };
}

const maxKept = 1000;
const kept = new Map<string, CompiledFile>();

/**
 * Compiles a component or a `.svelte.ts`/`.svelte.js` module for the browser; the same text again is not compiled
 * again.
 * @throws SourceError
 */
export function compileSvelte(path: string, source: string): CompiledFile {
	const key = createHash('sha256').update(path).update('\0').update(source).digest('base64');
	const known = kept.get(key);
	if (known) {
		kept.delete(key);
		kept.set(key, known);
		return known;
	}
	try {
		const compiled = compileFile(path, source);
		kept.set(key, compiled);
		const [oldest] = kept.keys();
		if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
		return compiled;
	} catch (error) {
		throw svelteProblem(error, path, source);
	}
}
