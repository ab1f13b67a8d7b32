import type { z } from 'zod';
import { TinykitError } from '#lib/contracts/index.ts';

/**
 * Reads a body up to a limit.
 * @param limit bytes
 * @throws TinykitError `body_too_large`, `invalid_request` when the client leaves before its end
 */
export async function readBytes(request: Request, limit: number): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	if (!request.body) return Buffer.alloc(0);
	if (Number(request.headers.get('content-length')) > limit)
		throw new TinykitError('body_too_large');
	try {
		for await (const chunk of request.body) {
			size += chunk.byteLength;
			if (size > limit) throw new TinykitError('body_too_large');
			chunks.push(chunk);
		}
	} catch (cause) {
		if (cause instanceof TinykitError) throw cause;
		throw new TinykitError('invalid_request', { message: 'The request broke off.', cause });
	}
	return Buffer.concat(chunks);
}

const jsonLimit = 256 * 1024;

/** The body as the type of `schema`. @throws TinykitError `invalid_json`, `invalid_request` with the place, `body_too_large` */
export async function readJson<T extends z.ZodType>(
	request: Request,
	schema: T,
): Promise<z.infer<T>> {
	const bytes = await readBytes(request, jsonLimit);
	let value: unknown;
	try {
		value = JSON.parse(bytes.toString('utf8'));
	} catch (cause) {
		throw new TinykitError('invalid_json', { cause });
	}
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	const issue = parsed.error.issues[0];
	const field = issue?.path.join('.') ?? '';
	throw new TinykitError('invalid_request', {
		message:
			field === ''
				? 'The request is not in the expected form.'
				: `${field}: ${issue?.message ?? 'invalid'}.`,
		details: { field },
	});
}
