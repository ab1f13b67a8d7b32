import type { Readable } from 'node:stream';
import { ApiError } from '../../core/index.ts';

export const tooLarge = (): ApiError => new ApiError(413, 'Request entity too large');

/**
 * Feeds a body to `take` chunk by chunk. The stream is never destroyed, also not past the limit: it may be a
 * socket's, and the refusal still has to go out on it; what is left runs into nothing.
 * @param limit Bytes; 0 = none.
 * @throws ApiError 413 past the limit, 400 when the client stops in the middle.
 */
export function consume(
	stream: Readable,
	limit: number,
	take: (chunk: Buffer) => void,
): Promise<void> {
	return new Promise((resolve, reject) => {
		let size = 0;
		const stop = (error?: Error): void => {
			stream.off('data', onData).off('end', onEnd).off('error', onEnd).off('close', onClose);
			if (!error) resolve();
			else {
				stream.on('error', () => undefined).resume();
				reject(error);
			}
		};
		const onData = (chunk: Buffer): void => {
			size += chunk.length;
			if (limit > 0 && size > limit) stop(tooLarge());
			else take(chunk);
		};
		const onEnd = (error?: Error): void =>
			stop(error && new ApiError(400, 'The request body ended early.', { cause: error }));
		const onClose = (): void => stop(new ApiError(400, 'The request body ended early.'));
		stream.on('data', onData).on('end', onEnd).on('error', onEnd).on('close', onClose);
	});
}

/** Reads a body into memory. Errors as `consume`. */
export async function readBody(stream: Readable, limit: number): Promise<Buffer> {
	const chunks: Buffer[] = [];
	await consume(stream, limit, (chunk) => chunks.push(chunk));
	return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}
