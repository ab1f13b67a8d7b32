import { TinykitError, type ErrorCode } from '#lib/contracts/index.ts';

declare const checked: unique symbol;
/** A relative, `/`-separated path of a workspace file that went through `parseWorkspacePath`. */
export type WorkspacePath = string & { readonly [checked]: 'WorkspacePath' };

export const maxPathLength = 200;
/** File systems limit one name to 255 bytes. */
const maxSegmentBytes = 255;

/** Names of devices on Windows, with or without an extension: a workspace can be checked out there. */
const devices = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
/** What Windows does not allow in a name; `:` is also a drive letter or a hidden stream. */
const forbidden = /[<>:"|?*\\%]/;
/** Control, format (bidi, zero width), private and unassigned characters, line separators, lone surrogates. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/u;
/** Look like a dot, slash or backslash, but NFKC does not turn them into one. */
const lookAlikes =
	/[\u06d4\u0701\u0702\u2024\u2044\u2215\u2216\u2571\u2572\u27cb\u27cd\u29f5\u29f8\u29f9\u3002\ua4f8\uff61]/u;
/** Short names that Windows makes for long ones: `GIT~1` is `.git`. */
const shortName = /~\d/;
/** Dot files that say something to editors and tools, and nothing secret. */
const dotFiles: ReadonlySet<string> = new Set([
	'.editorconfig',
	'.gitattributes',
	'.gitignore',
	'.gitkeep',
	'.prettierignore',
	'.prettierrc',
]);

function refuse(code: ErrorCode, why: string, path: string): TinykitError {
	return new TinykitError(code, { message: why, details: { path: path.slice(0, 300) } });
}

function hidesPunctuation(raw: string): boolean {
	for (const character of raw) {
		const ascii = character < '\u0080';
		if (!ascii && /[./\\%:~]/.test(character.normalize('NFKC'))) return true;
	}
	return lookAlikes.test(raw);
}

function checkSegment(segment: string, isLast: boolean, raw: string): void {
	if (segment === '') throw refuse('path_invalid', 'A path has no empty parts.', raw);
	if (segment === '.' || segment === '..') {
		throw refuse('path_invalid', 'A path goes only downwards.', raw);
	}
	if (/[. ]$/.test(segment) || segment.startsWith(' ')) {
		throw refuse('path_invalid', 'A name does not end in a dot and has no space around it.', raw);
	}
	if (Buffer.byteLength(segment) > maxSegmentBytes) {
		throw refuse('path_too_long', 'One name in a path has at most 255 bytes.', raw);
	}
	const name = segment.toLowerCase();
	if (devices.test(name) || shortName.test(name)) {
		throw refuse('path_reserved', `The name "${segment}" is reserved.`, raw);
	}
	if (name === 'node_modules') {
		throw refuse('path_reserved', 'Packages do not belong into a workspace.', raw);
	}
	if (name.startsWith('.') && !(isLast && dotFiles.has(segment))) {
		throw refuse('path_reserved', `Hidden names such as "${segment}" are reserved.`, raw);
	}
}

/**
 * The only way to a `WorkspacePath`: everything that names a file of a workspace from outside comes through here.
 * Nothing is corrected, only accepted or refused.
 *
 * @param raw at most 200 characters, `/` between the parts
 * @throws TinykitError `path_invalid`, `path_reserved` or `path_too_long`
 * @example parseWorkspacePath('src/App.svelte')
 */
export function parseWorkspacePath(raw: unknown): WorkspacePath {
	if (typeof raw !== 'string' || raw === '') {
		throw new TinykitError('path_invalid', { message: 'A path is a text that is not empty.' });
	}
	if (raw.length > maxPathLength)
		throw refuse('path_too_long', 'A path has at most 200 characters.', raw);
	if (invisible.test(raw)) {
		throw refuse('path_invalid', 'A path holds no control or invisible characters.', raw);
	}
	if (raw.startsWith('/')) throw refuse('path_invalid', 'A path is relative.', raw);
	if (forbidden.test(raw)) {
		throw refuse('path_invalid', 'A path holds none of the characters < > : " | ? * \\ %.', raw);
	}
	if (hidesPunctuation(raw)) {
		throw refuse('path_invalid', 'A path holds no look-alikes of dots and slashes.', raw);
	}
	if (raw !== raw.normalize('NFC')) {
		throw refuse('path_invalid', 'A path is written in composed characters (NFC).', raw);
	}
	const segments = raw.split('/');
	segments.forEach((segment, index) => checkSegment(segment, index === segments.length - 1, raw));
	return raw as WorkspacePath;
}

/** Whether a name found on disk is one that a workspace shows. */
export function isWorkspacePath(raw: string): raw is WorkspacePath {
	try {
		parseWorkspacePath(raw);
		return true;
	} catch {
		return false;
	}
}

/** Two paths with one key are one file on a disk that ignores case. */
export function collisionKey(path: string): string {
	return path.toLowerCase().normalize('NFKC');
}
