import { errorCatalogue, isErrorCode, type ErrorCode } from '#lib/contracts/index.ts';
import { z } from 'zod';

/** Codes of the server's catalogue, and what can go wrong before or after the server answers. */
export type FailureCode = ErrorCode | 'offline' | 'bad_response' | 'rejected';

const localMessages = {
	offline: 'The server could not be reached.',
	bad_response: 'The server answered in a form this page does not know.',
	rejected: 'The server refused the request.',
} as const;

/** A failed call. `message` is a sentence for people, `details` are the public facts beside the code. */
export class ApiFailure extends Error {
	override readonly name = 'ApiFailure';
	readonly code: FailureCode;
	/** HTTP status; 0 when there was no answer. */
	readonly status: number;
	readonly details: Readonly<Record<string, unknown>>;

	constructor(
		code: FailureCode,
		options?: {
			message?: string;
			status?: number;
			details?: Readonly<Record<string, unknown>>;
			cause?: unknown;
		},
	) {
		super(options?.message ?? defaultMessage(code), { cause: options?.cause });
		this.code = code;
		this.status = options?.status ?? 0;
		this.details = options?.details ?? {};
	}
}

const envelope = z.object({
	message: z.string().catch(''),
	data: z.record(z.string(), z.unknown()).catch({}),
});

function defaultMessage(code: FailureCode): string {
	return isErrorCode(code) ? errorCatalogue[code][1] : localMessages[code];
}

function codeOfStatus(status: number): FailureCode {
	if (status === 401) return 'not_authenticated';
	if (status === 404) return 'not_found';
	if (status === 413) return 'body_too_large';
	return status >= 500 ? 'internal_error' : 'rejected';
}

/**
 * Turns an answer that is not 2xx into a failure. Takes PocketBase's envelope with a stable code in
 * `data.code`; anything else (a proxy's page, an empty body) is told by its status.
 * @param body the answer's text, of any form
 */
export function failureOf(status: number, body: string): ApiFailure {
	const parsed = envelope.safeParse(parseJson(body));
	const data = parsed.success ? parsed.data.data : {};
	const { code: sent, ...details } = data;
	const code = typeof sent === 'string' && isErrorCode(sent) ? sent : codeOfStatus(status);
	const message = parsed.success ? parsed.data.message.trim() : '';
	return new ApiFailure(code, { status, details, ...(message && { message }) });
}

/** What was thrown, as a failure: `fetch` itself throws only when there was no answer. */
export function asFailure(error: unknown): ApiFailure {
	return error instanceof ApiFailure ? error : new ApiFailure('offline', { cause: error });
}

/** What went wrong with a call, in words; undefined when nothing did. */
export function problemOf(work: Promise<unknown>): Promise<string | undefined> {
	return work.then(
		() => undefined,
		(error: unknown) => asFailure(error).message,
	);
}

/** Whether the same call may succeed a little later. */
export function isTransient(failure: ApiFailure): boolean {
	return failure.status === 0 || failure.status === 429 || failure.status >= 502;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
