/** The same value with the keys of every object in the order of the alphabet: written, the same bytes. */
export function sortKeys(value: unknown): unknown {
	if (Array.isArray(value)) return (value as readonly unknown[]).map(sortKeys);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, item]: [string, unknown]) => [key, sortKeys(item)]),
	);
}
