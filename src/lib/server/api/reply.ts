import { TinykitError } from '#lib/contracts/index.ts';

const common = {
	'cache-control': 'no-store',
	'x-content-type-options': 'nosniff',
	'cross-origin-resource-policy': 'same-origin',
	'referrer-policy': 'no-referrer',
};

export const json = (value: unknown, status = 200): Response =>
	new Response(JSON.stringify(value), {
		status,
		headers: { 'content-type': 'application/json; charset=utf-8', ...common },
	});

export const noContent = (): Response => new Response(null, { status: 204, headers: common });

export const text = (value: string, headers: Readonly<Record<string, string>>): Response =>
	new Response(value, {
		headers: { 'content-type': 'text/plain; charset=utf-8', ...common, ...headers },
	});

/** A JSON file to be saved. @param name plain characters only */
export const download = (body: ReadableStream<Uint8Array>, name: string): Response =>
	new Response(body, {
		headers: {
			'content-type': 'application/json; charset=utf-8',
			'content-disposition': `attachment; filename="${name}"`,
			...common,
		},
	});

export const eventStream = (body: ReadableStream<Uint8Array>): Response =>
	new Response(body, {
		headers: {
			'content-type': 'text/event-stream; charset=utf-8',
			'x-accel-buffering': 'no',
			...common,
		},
	});

/** PocketBase's envelope with our stable code in `data`. */
export function errorReply(error: TinykitError): Response {
	return json(
		{ data: { ...error.details, code: error.code }, message: error.message, status: error.status },
		error.status,
	);
}

/** Anything thrown, as the error the client may see; what is unexpected becomes `internal_error`. */
export function publicError(error: unknown): TinykitError {
	if (error instanceof TinykitError) return error;
	return new TinykitError('internal_error', { cause: error });
}
