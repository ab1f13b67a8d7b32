import { join } from 'node:path';

/** A key that names no place inside the storage; refused before any file is touched. */
export class FileKeyError extends Error {
	override readonly name = 'FileKeyError';
}

/** Most levels of a key: collection, record, `thumbs_<file>`, file. */
const MAX_SEGMENTS = 4;
/** Bytes a name may have on common file systems, less the `.attrs` beside it. */
const MAX_NAME = 240;

/**
 * The path of a key below `root`. Segments are plain names: no `.`, `..`, backslash, NUL or control character.
 * @param prefix whether the key may be a folder (`<collectionId>/<recordId>/`), never the root itself.
 * @throws {FileKeyError}
 */
export function pathOfKey(root: string, key: string, prefix = false): string {
	const segments = (prefix && key.endsWith('/') ? key.slice(0, -1) : key).split('/');
	const least = prefix ? 1 : 2;
	if (segments.length < least || segments.length > MAX_SEGMENTS || !segments.every(isName)) {
		throw new FileKeyError(`not a storage key: ${JSON.stringify(key)}`);
	}
	// `.attrs` files belong to the file beside them.
	if (!prefix && key.endsWith('.attrs')) throw new FileKeyError('a key must not end in .attrs');
	return join(root, ...segments);
}

function isName(segment: string): boolean {
	if (segment === '' || segment === '.' || segment === '..') return false;
	for (const character of segment) {
		const code = character.charCodeAt(0);
		if (code < 32 || code === 127 || character === '\\') return false;
	}
	return Buffer.byteLength(segment) <= MAX_NAME;
}
