const maxLength = 8000;
const maxDepth = 4;
const maxEntries = 50;

function describeObject(value: object, depth: number, seen: ReadonlySet<object>): string {
	if (seen.has(value)) return '[circular]';
	if (value instanceof Error) {
		const head = `${value.name}: ${value.message}`;
		const stack = value.stack ?? '';
		// Chromium's stack begins with the head, Firefox's and Safari's do not.
		return stack.startsWith(head) ? stack : stack ? `${head}\n${stack}` : head;
	}
	if (typeof Element === 'function' && value instanceof Element)
		return `<${value.tagName.toLowerCase()}>`;
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toJSON();
	if (depth >= maxDepth) return Array.isArray(value) ? '[…]' : '{…}';
	const inner = new Set(seen).add(value);
	if (Array.isArray(value)) {
		const items = value.slice(0, maxEntries).map((item) => describe(item, depth + 1, inner));
		if (value.length > maxEntries) items.push('…');
		return `[${items.join(', ')}]`;
	}
	const keys = Object.keys(value);
	const entries = keys.slice(0, maxEntries).map((key) => {
		return `${key}: ${describe((value as Record<string, unknown>)[key], depth + 1, inner)}`;
	});
	if (keys.length > maxEntries) entries.push('…');
	// An object without a prototype has no constructor.
	const name = (value.constructor as { readonly name: string } | undefined)?.name;
	const body = entries.length > 0 ? `{ ${entries.join(', ')} }` : '{}';
	return name && name !== 'Object' ? `${name} ${body}` : body;
}

/**
 * A value as one text for a log, at most 8000 characters. Never throws, whatever getters and proxies do.
 * @example describe({ a: [1, 'b'] }) // "{ a: [1, 'b'] }"
 */
export function describe(value: unknown, depth = 0, seen: ReadonlySet<object> = new Set()): string {
	try {
		if (typeof value === 'string') return (depth === 0 ? value : `'${value}'`).slice(0, maxLength);
		if (typeof value === 'function') return `[function ${value.name}]`;
		if (typeof value === 'object' && value !== null) {
			return describeObject(value, depth, seen).slice(0, maxLength);
		}
		return String(value);
	} catch {
		return '[unreadable]';
	}
}
