/** One request to the model and what came back. */
export interface Exchange {
	readonly url: string;
	readonly request: unknown;
	readonly status: number;
	/** The body as it came, at most as much as was read of it. */
	readonly response: string;
}

/**
 * Writes down what is said to the model. Headers, and with them keys, are not looked at.
 * @param send the process's own `fetch`
 */
export function createRecorder(send: typeof fetch) {
	let exchanges: Promise<Exchange>[] = [];
	return {
		fetch: (async (input, init) => {
			const response = await send(input, init);
			const sent = typeof init?.body === 'string' ? init.body : '';
			const copy = response.clone();
			exchanges.push(
				copy.text().then(
					(text) => exchangeOf(copy, sent, text),
					(cause: unknown) => exchangeOf(copy, sent, `cut: ${String(cause)}`),
				),
			);
			return response;
		}) satisfies typeof fetch,
		/** What was said since the last call, in order; later requests without what stood in the one before. */
		async take(): Promise<readonly Exchange[]> {
			const taken = await Promise.all(exchanges);
			exchanges = [];
			return taken.map((exchange, index) => ({
				...exchange,
				request: newIn(exchange.request, taken[index - 1]?.request),
			}));
		},
	};
}

const exchangeOf = ({ url, status }: Response, sent: string, response: string): Exchange => ({
	url,
	request: parsed(sent),
	status,
	response,
});

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}

/** A request grows at its end: what is the same as before is left out. */
function newIn(request: unknown, before: unknown): unknown {
	if (!isObject(request) || !isObject(before)) return request;
	const kept = Object.entries(request).filter(
		([key, value]) => key === 'messages' || !isSame(value, before[key]),
	);
	const [all, old] = [listOf(request['messages']), listOf(before['messages'])];
	const first = all.findIndex((message, index) => !isSame(message, old[index]));
	return {
		...Object.fromEntries(kept),
		messages: first < 0 ? [] : all.slice(first),
		asBefore: first < 0 ? all.length : first,
	};
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** Cache markers move; the words stay. */
const bare = (value: unknown): string =>
	JSON.stringify(value, (key, item: unknown) => (key === 'cache_control' ? undefined : item));
const isSame = (a: unknown, b: unknown): boolean => bare(a) === bare(b);
