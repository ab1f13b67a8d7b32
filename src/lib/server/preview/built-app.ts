import { createHash } from 'node:crypto';
import type { CompiledApp } from './compile/types.ts';
import { contentType } from './serve/content-type.ts';

export interface BuiltFile {
	readonly bytes: Uint8Array;
	readonly type: string;
	/** sha-256 of the bytes, hex. */
	readonly hash: string;
}

/** A finished build: all that the app's host serves, never changed afterwards. */
export interface BuiltApp {
	/** Content hash of the source. */
	readonly build: string;
	readonly title: string;
	readonly script: string;
	/** '' when there are none. */
	readonly styles: string;
	readonly boot: string;
	/** Files by their URL path. */
	readonly files: ReadonlyMap<string, BuiltFile>;
}

const publicFolder = 'static/';
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

export function builtFile(path: string, content: string | Uint8Array): BuiltFile {
	const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
	const hash = createHash('sha256').update(bytes).digest('hex');
	return { bytes, type: contentType(path), hash };
}

/** An asset is named after its content and may be kept for ever. */
export function asset(name: string, content: string): readonly [path: string, file: BuiltFile] {
	const file = builtFile(name, content);
	const [stem, ending] = name.split('.');
	return [`/assets/${stem ?? ''}-${file.hash.slice(0, 16)}.${ending ?? ''}`, file];
}

/** `name` of app.json, else the slug in words. */
function titleOf(slug: string, source: ReadonlyMap<string, Uint8Array>): string {
	const words = slug.replaceAll('-', ' ');
	const fallback = words.charAt(0).toUpperCase() + words.slice(1);
	const json = source.get('app.json');
	if (!json) return fallback;
	try {
		const parsed: unknown = JSON.parse(text(json));
		const isNamed = typeof parsed === 'object' && parsed !== null && 'name' in parsed;
		if (isNamed && typeof parsed.name === 'string') return parsed.name.slice(0, 100) || fallback;
	} catch {
		// Half-written content is no reason not to show the app.
	}
	return fallback;
}

/** Puts together what a compiled app needs to be served on its own. */
export function assemble(
	slug: string,
	build: string,
	source: ReadonlyMap<string, Uint8Array>,
	compiled: CompiledApp,
	boot: string,
): BuiltApp {
	const files = new Map<string, BuiltFile>();
	for (const [path, bytes] of source) {
		if (!path.startsWith(publicFolder)) continue;
		const url = path.slice(publicFolder.length - 1);
		files.set(url, builtFile(path, bytes));
	}
	const add = (name: string, content: string): string => {
		if (content === '') return '';
		const [path, file] = asset(name, content);
		files.set(path, file);
		return path;
	};
	return {
		build,
		title: titleOf(slug, source),
		script: add('app.js', compiled.js),
		styles: add('app.css', compiled.css),
		boot: add('boot.js', boot),
		files,
	};
}
