import { createSpools, type Spools } from '../../core/files/index.ts';
import { ApiError, badRequest, type Random } from '../../core/index.ts';
import type { ApiRequest, ParsedBody } from '../types.ts';
import { formValues } from './infer.ts';
import { parseJsonBody } from './json-body.ts';
import { parseMultipart } from './multipart.ts';
import { readBody } from './read.ts';

export { tooLarge } from './read.ts';

const none: ParsedBody = { source: 'none', values: {}, files: new Map() };

export interface BodyResult {
	readonly body: ParsedBody;
	/** Call when the request is over. */
	readonly dispose?: () => Promise<void>;
}

/**
 * Parses a request's body by its content type (tools/router/event.go BindBody).
 * @param limit Bytes; 0 = none.
 * @throws ApiError 400 malformed or unknown content type, 413 past the limit, 415 compressed.
 */
export async function parseBody(
	request: ApiRequest,
	query: URLSearchParams,
	limit: number,
	random: Random,
): Promise<BodyResult> {
	if (!request.hasBody) return { body: none };
	const encoding = request.header('content-encoding');
	if (encoding !== undefined && encoding !== '' && encoding !== 'identity')
		throw new ApiError(415, 'Compressed request bodies are not supported.');
	const type = request.header('content-type') ?? '';
	if (type.startsWith('application/json')) {
		const text = (await readBody(request.stream(), limit)).toString();
		// Content-Length: 0 never comes here, but an empty chunked body does.
		return { body: text === '' ? none : { ...none, source: 'json', values: parseJsonBody(text) } };
	}
	if (type.startsWith('multipart/form-data')) {
		const spools = createSpools(random);
		try {
			return {
				body: await multipart(request, type, query, limit, spools),
				dispose: spools.dispose,
			};
		} catch (error) {
			await spools.dispose();
			throw error;
		}
	}
	if (type.startsWith('application/x-www-form-urlencoded')) {
		const form = parseForm((await readBody(request.stream(), limit)).toString());
		return { body: { ...none, source: 'form', values: withPayload([...form, ...query]) } };
	}
	throw badRequest('Unsupported Content-Type.');
}

/** Refuses a broken escape, which `URLSearchParams` would take as text. */
function parseForm(text: string): URLSearchParams {
	if (/%(?![\da-fA-F]{2})/.test(text))
		throw badRequest('', undefined, 'A broken escape in a form.');
	return new URLSearchParams(text);
}

async function multipart(
	request: ApiRequest,
	type: string,
	query: URLSearchParams,
	limit: number,
	spools: Spools,
): Promise<ParsedBody> {
	const { fields, files } = await parseMultipart(request.stream(), type, limit, spools);
	return { source: 'form', values: withPayload([...fields, ...query]), files };
}

/** A form field whose text is a JSON object of further values; the SDK sends batches and nested values in it. */
const payloadKey = '@jsonPayload';

function withPayload(
	entries: readonly (readonly [string, string])[],
): Readonly<Record<string, unknown>> {
	const values = formValues(entries.filter(([key]) => key !== payloadKey));
	for (const [key, text] of entries) {
		if (key === payloadKey) Object.assign(values, parseJsonBody(text));
	}
	return values;
}
