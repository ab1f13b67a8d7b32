import { readFile } from 'node:fs/promises';

/** What stands in the `.attrs` file beside each stored file (tools/filesystem/internal/fileblob/attrs.go). */
export interface SidecarAttributes {
	readonly contentType: string;
	readonly metadata: Readonly<Record<string, string>>;
	/** Base64. */
	readonly md5: string;
}

export const sidecarPath = (path: string): string => `${path}.attrs`;

/** The text of a sidecar, byte for byte as PocketBase writes it. */
export function sidecarText({ contentType, metadata, md5 }: SidecarAttributes): string {
	const value = {
		'user.cache_control': '',
		'user.content_disposition': '',
		'user.content_encoding': '',
		'user.content_language': '',
		'user.content_type': contentType,
		'user.metadata': Object.keys(metadata).length === 0 ? null : metadata,
		md5,
	};
	const escapeOne = (character: string): string =>
		'\\u' + character.charCodeAt(0).toString(16).padStart(4, '0');
	return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escapeOne) + '\n';
}

/** `undefined` when the sidecar is missing or broken: then the content decides. */
export async function readSidecar(path: string): Promise<SidecarAttributes | undefined> {
	try {
		const parsed: unknown = JSON.parse(await readFile(sidecarPath(path), 'utf8'));
		if (typeof parsed !== 'object' || parsed === null) return undefined;
		const fields = parsed as Record<string, unknown>;
		const contentType = fields['user.content_type'];
		if (typeof contentType !== 'string' || contentType === '') return undefined;
		const md5 = fields['md5'];
		return {
			contentType,
			metadata: texts(fields['user.metadata']),
			md5: typeof md5 === 'string' ? md5 : '',
		};
	} catch {
		return undefined;
	}
}

function texts(value: unknown): Record<string, string> {
	const out: Record<string, string> = {};
	if (typeof value !== 'object' || value === null) return out;
	for (const [key, text] of Object.entries(value)) if (typeof text === 'string') out[key] = text;
	return out;
}
