import type { FieldIssue } from './fields/index.ts';

/** Issues by field; they nest for `fields.2.name` and the like. */
export interface IssueTree {
	readonly [key: string]: FieldIssue | IssueTree;
}

/**
 * An answer other than success. `message` and `data` are public; `cause` is private and goes to the log only.
 * The envelope on the wire is `{"data":{},"message":"…","status":400}` (tools/router/error.go).
 */
export class ApiError extends Error {
	override readonly name = 'ApiError';
	readonly status: number;
	readonly data: IssueTree;

	constructor(status: number, message: string, options?: { data?: IssueTree; cause?: unknown }) {
		super(sentenize(message === '' ? defaultMessage(status) : message), { cause: options?.cause });
		this.status = status;
		this.data = options?.data ?? {};
	}
}

const defaultMessage = (status: number): string => {
	switch (status) {
		case 401:
			return 'Missing or invalid authentication.';
		case 403:
			return 'You are not allowed to perform this request.';
		case 404:
			return "The requested resource wasn't found.";
		case 413:
			return 'Request entity too large.';
		case 429:
			return 'Too Many Requests.';
		case 503:
			return 'The data was restored from a copy meanwhile.';
		default:
			return 'Something went wrong while processing your request.';
	}
};

/** First letter upper-cased, a full stop when there is no closing mark (tools/inflector Sentenize). */
export function sentenize(message: string): string {
	const trimmed = message.trim();
	if (trimmed === '') return '';
	const first = trimmed[0] ?? '';
	const sentence = first.toUpperCase() + trimmed.slice(1);
	return /[.?!]$/.test(sentence) ? sentence : sentence + '.';
}

export const badRequest = (message = '', data?: IssueTree, cause?: unknown): ApiError =>
	new ApiError(400, message, { ...(data && { data }), cause });
export const unauthorized = (message = ''): ApiError => new ApiError(401, message);
export const forbidden = (message = ''): ApiError => new ApiError(403, message);
export const notFound = (message = '', cause?: unknown): ApiError =>
	new ApiError(404, message, { cause });
/** Of a request during which the files were exchanged: it began under rules and rights of before. */
export const exchanged = (): ApiError => new ApiError(503, '');
