import { sniffType } from '../files/sniff.ts';
import type { UploadedFile } from '../files/types.ts';

/** Bytes looked at. */
const headLength = 4100;

/** The media type of an upload, without parameters, by its first bytes; never by its name or what the client says. */
export async function mimeTypeOf(upload: UploadedFile): Promise<string> {
	const { mime } = await sniffType(await readHead(upload));
	return mime.split(';')[0] ?? mime;
}

async function readHead(upload: UploadedFile): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of upload.open() as AsyncIterable<Uint8Array>) {
		chunks.push(chunk);
		length += chunk.length;
		if (length >= headLength) break;
	}
	return Buffer.concat(chunks).subarray(0, headLength);
}
