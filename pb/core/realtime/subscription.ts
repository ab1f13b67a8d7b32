import { snakeCase } from '../files/name.ts';

/** A subscription as the client wrote it, taken apart. */
export interface Subscription {
	/** The whole text; also the name of its events. */
	readonly name: string;
	/** What stands before the question mark: `posts/*`, `posts/<id>`, or a name of the app's own. */
	readonly topic: string;
	/** `filter`, `expand`, `fields` and whatever rules read as `@request.query`. */
	readonly query: Readonly<Record<string, string>>;
	readonly headers: Readonly<Record<string, string>>;
}

/**
 * Parses `posts/*?options={"query":{…},"headers":{…}}` (options percent-encoded). Options that cannot be read
 * count as none, as in PocketBase: a subscription never widens by that, only its filter is missing.
 */
export function parseSubscription(name: string): Subscription {
	const mark = name.indexOf('?');
	if (mark < 0) return { name, topic: name, query: {}, headers: {} };
	const options = parseOptions(new URLSearchParams(name.slice(mark + 1)).get('options') ?? '');
	return {
		name,
		topic: name.slice(0, mark),
		query: texts(options['query'], (key) => key),
		headers: texts(options['headers'], snakeCase),
	};
}

function parseOptions(text: string): Readonly<Record<string, unknown>> {
	if (text === '') return {};
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

function texts(value: unknown, toKey: (key: string) => string): Record<string, string> {
	const result: Record<string, string> = {};
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return result;
	for (const [key, member] of Object.entries(value)) {
		const isScalar = ['string', 'number', 'boolean'].includes(typeof member);
		if (key !== '__proto__') result[toKey(key)] = isScalar ? String(member) : '';
	}
	return result;
}
