import type { BusboyFileStream } from '@fastify/busboy';
import type { Spool, Spools } from '../../core/files/index.ts';
import { badRequest, type UploadedFile } from '../../core/index.ts';
import { consume } from './read.ts';
import type { Readable } from 'node:stream';

export interface Multipart {
	/** In the order of the body. */
	readonly fields: readonly (readonly [string, string])[];
	readonly files: ReadonlyMap<string, readonly UploadedFile[]>;
}

/** A form has one part per field; Go's reader refuses more than 1,000 parts as well. */
const maxParts = 1000;
const maxFieldBytes = 32 << 20;

// Loaded with the first form; asking for it again, too, costs more than a field.
let module: Promise<typeof import('@fastify/busboy')> | undefined;

const invalid = (cause?: unknown): Error =>
	badRequest('', undefined, cause ?? 'The request body is not valid multipart form data.');

/**
 * Parses a multipart body; files go to `spools` while they come in.
 * @param limit Bytes of the whole body; 0 = none.
 * @throws ApiError 400 for a malformed body or too many parts, 413 past the limit.
 */
export async function parseMultipart(
	stream: Readable,
	contentType: string,
	limit: number,
	spools: Spools,
): Promise<Multipart> {
	const { Busboy } = await (module ??= import('@fastify/busboy'));
	const fields: [string, string][] = [];
	const files: { readonly key: string; readonly spool: Spool }[] = [];
	let parser: InstanceType<typeof Busboy>;
	try {
		parser = new Busboy({
			headers: { 'content-type': contentType },
			limits: { fieldNameSize: 500, fieldSize: maxFieldBytes, parts: maxParts, headerPairs: 50 },
		});
	} catch (error) {
		throw invalid(error);
	}
	const done = new Promise<void>((resolve, reject) => {
		parser.on('field', (key, value, _nameCut, valueCut) => {
			if (valueCut) reject(invalid());
			fields.push([key, value]);
		});
		parser.on('file', (key: string, file: BusboyFileStream, filename: string | undefined) => {
			// A file input that was left empty sends a part without name or bytes.
			const spool = spools.open(filename ?? '');
			let bytes = 0;
			file.on('data', (chunk: Buffer) => {
				bytes += chunk.length;
				spool.write(chunk);
			});
			file.on('end', () => {
				if (filename || bytes > 0) files.push({ key, spool });
			});
		});
		parser.on('partsLimit', () => reject(badRequest('The form has too many parts.')));
		parser.on('error', (error) => reject(invalid(error)));
		parser.on('finish', resolve);
	});
	done.catch(() => undefined);
	await consume(stream, limit, (chunk) => parser.write(chunk));
	parser.end();
	await done;
	return { fields, files: await collect(files) };
}

async function collect(
	parts: readonly { readonly key: string; readonly spool: Spool }[],
): Promise<ReadonlyMap<string, readonly UploadedFile[]>> {
	const files = new Map<string, UploadedFile[]>();
	for (const { key, spool } of parts) {
		const file = await spool.finish();
		const list = files.get(key);
		if (list) list.push(file);
		else files.set(key, [file]);
	}
	return files;
}
