import { TinykitError } from '#lib/contracts/index.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * @param path for the message
 * @throws TinykitError `file_not_text` when the bytes are not UTF-8 or hold NUL
 */
export function decodeText(bytes: Uint8Array, path: string): string {
	let text: string;
	try {
		text = utf8.decode(bytes);
	} catch (cause) {
		throw new TinykitError('file_not_text', { details: { path }, cause });
	}
	if (text.includes('\0')) throw new TinykitError('file_not_text', { details: { path } });
	return text;
}
