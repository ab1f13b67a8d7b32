import { badRequest, type IssueTree, type UploadedFile } from '../core/index.ts';
import { inIssue, lengthIssue, requiredIssue } from '../core/fields/index.ts';
import type { ParsedBody } from './types.ts';

/** One request of a batch, as submitted. */
export interface BatchItem {
	readonly method: string;
	readonly url: string;
	readonly headers: ReadonlyMap<string, string>;
	readonly values: Readonly<Record<string, unknown>>;
	readonly files: ReadonlyMap<string, readonly UploadedFile[]>;
}

const malformed = (): Error => badRequest('Failed to read the submitted batch data.');

/**
 * Reads the items of a batch; uploads are found under `requests.N.field` or `requests[N].field`.
 * @throws ApiError 400 for something else than a list of requests, for none or too many.
 */
export function readBatch(body: ParsedBody, maxRequests: number): readonly BatchItem[] {
	const raw = Object.hasOwn(body.values, 'requests') ? body.values['requests'] : null;
	if (raw !== null && !Array.isArray(raw)) throw malformed();
	const items = ((raw ?? []) as readonly unknown[]).map((item, index) =>
		readItem(item, index, body),
	);
	const issues = batchIssues(items, maxRequests);
	if (issues) throw badRequest('Invalid batch request data.', issues);
	return items;
}

function readItem(raw: unknown, index: number, body: ParsedBody): BatchItem {
	if (!isObject(raw)) throw malformed();
	const files = new Map<string, readonly UploadedFile[]>();
	for (const [key, uploads] of body.files)
		for (const prefix of [`requests.${index}.`, `requests[${index}].`])
			if (key.startsWith(prefix)) files.set(key.slice(prefix.length), uploads);
	return {
		method: textOf(raw['method']),
		url: textOf(raw['url']),
		headers: headersOf(raw['headers']),
		values: objectOf(raw['body']),
		files,
	};
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

function textOf(value: unknown): string {
	if (value === undefined || value === null) return '';
	if (typeof value !== 'string') throw malformed();
	return value;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
	if (value === undefined || value === null) return {};
	if (!isObject(value)) throw malformed();
	return value;
}

const headersOf = (value: unknown): ReadonlyMap<string, string> =>
	new Map(
		Object.entries(objectOf(value)).map(([name, text]) => [name.toLowerCase(), textOf(text)]),
	);

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

function batchIssues(items: readonly BatchItem[], maxRequests: number): IssueTree | undefined {
	if (items.length === 0) return { requests: requiredIssue() };
	if (items.length > maxRequests)
		return {
			requests: {
				code: 'validation_length_too_long',
				message: `The length must be no more than ${maxRequests}.`,
				params: { max: maxRequests, min: 0 },
			},
		};
	const issues: Record<string, IssueTree> = {};
	for (const [index, { method, url }] of items.entries()) {
		const found: Record<string, IssueTree[string]> = {};
		if (method === '') found['method'] = requiredIssue();
		else if (!methods.includes(method)) found['method'] = inIssue();
		const urlIssue = url === '' ? requiredIssue() : lengthIssue(url, 0, 2000);
		if (urlIssue) found['url'] = urlIssue;
		if (Object.keys(found).length > 0) issues[String(index)] = found;
	}
	return Object.keys(issues).length > 0 ? { requests: issues } : undefined;
}
