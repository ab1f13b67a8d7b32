import type { PlainField } from '../schema/index.ts';

/** What is sent with a request. */
export type Body = Readonly<Record<string, unknown>>;

/** Refused by the rule: 403, 404, or 400 without a word on a field; checks of values come after it. */
export function passed(reply: { readonly status: number; readonly text: string }): boolean {
	if (reply.status === 200) return true;
	if (reply.status !== 400) return false;
	const data = read(reply.text)['data'];
	return typeof data === 'object' && data !== null && Object.keys(data).length > 0;
}

/** An answer as an object; anything else is empty. */
export function read(text: string): Readonly<Record<string, unknown>> {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? { ...value } : {};
	} catch {
		return {};
	}
}

/** Ids of the records of a page. */
export function idsIn(text: string): ReadonlySet<string> {
	const items = read(text)['items'];
	return new Set(
		Array.isArray(items)
			? items.flatMap((item: unknown) =>
					typeof item === 'object' && item !== null && 'id' in item ? [String(item.id)] : [],
				)
			: [],
	);
}

export const same = (a: unknown, b: unknown): boolean =>
	Array.isArray(a) ? a.includes(b) : String(a) === String(b);

export const distinct = (bodies: readonly Body[]): Body[] => [
	...new Map(bodies.map((body) => [JSON.stringify(body), body])).values(),
];

/** Another value for a field; undefined where none can be sent. */
export function changed(field: PlainField, fresh: boolean): unknown {
	const isMany = Number(field['maxSelect'] ?? 1) > 1;
	const values: unknown = field['values'];
	switch (field.type) {
		case 'text':
		case 'editor':
			return fresh ? 'changed' : 'something';
		case 'number':
			return fresh ? 2 : 1;
		case 'bool':
			return fresh;
		case 'email':
			return fresh ? 'changed@example.test' : 'something@example.test';
		case 'url':
			return `https://example.test/${fresh ? 'changed' : 'something'}`;
		case 'date':
			return fresh ? '2031-01-02 03:04:05.000Z' : '2030-01-02 03:04:05.000Z';
		case 'json':
			return fresh ? ['changed'] : ['something'];
		case 'select': {
			const value = Array.isArray(values) ? (values.map(String)[0] ?? '') : '';
			return isMany ? [value] : value;
		}
		default:
			return undefined;
	}
}
