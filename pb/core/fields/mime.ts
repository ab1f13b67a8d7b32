import type { UploadedFile } from '../files/types.ts';

/** Bytes looked at, as in the library PocketBase uses. */
const headLength = 3072;

/**
 * The media type of an upload by its first bytes, never by its name or what the client says.
 * Text formats that have no magic number are told apart by how they begin.
 */
export async function mimeTypeOf(upload: UploadedFile): Promise<string> {
	const head = await readHead(upload);
	const { fileTypeFromBuffer } = await import('file-type');
	const found = await fileTypeFromBuffer(head);
	// Plain XML says nothing about the vocabulary; an svg image starts like that.
	if (found !== undefined && found.mime !== 'application/xml') return found.mime;
	return textType(head);
}

async function readHead(upload: UploadedFile): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let length = 0;
	const stream = upload.open();
	for await (const chunk of stream as AsyncIterable<Uint8Array>) {
		chunks.push(Buffer.from(chunk));
		length += chunk.length;
		if (length >= headLength) break;
	}
	return Buffer.concat(chunks).subarray(0, headLength);
}

function textType(head: Buffer): string {
	if (head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27)))
		return 'application/octet-stream';
	const text = head
		.toString('utf8')
		.replace(/^\ufeff/, '')
		.trimStart();
	const body = text.replace(
		/^(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!doctype\s+svg[^>]*>\s*)+/i,
		'',
	);
	if (/^<svg[\s>]/i.test(body)) return 'image/svg+xml';
	if (
		/^<(?:!doctype\s+html|html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p)[\s>]/i.test(
			body,
		)
	)
		return 'text/html';
	if (text.startsWith('<?xml')) return 'text/xml';
	if (/^[[{]/.test(text)) return 'application/json';
	return 'text/plain';
}
