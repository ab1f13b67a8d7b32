/**
 * A form's text as the value it stands for: booleans and numbers in canonical form, else the text itself.
 * `007`, `1e3`, `1.0` and `null` stay text (tools/router/unmarshal_request_data.go inferValue).
 */
export function inferValue(raw: string): unknown {
	if (raw === 'true') return true;
	if (raw === 'false') return false;
	if (!/^[-\d][-.\d]*$/.test(raw)) return raw;
	const number = Number(raw);
	return String(number) === raw ? number : raw;
}

/** Collects the texts of a form by key: one becomes a scalar, several a list. Never creates `__proto__`. */
export function formValues(entries: Iterable<readonly [string, string]>): Record<string, unknown> {
	const lists = new Map<string, unknown[]>();
	for (const [key, raw] of entries) {
		const list = lists.get(key);
		if (list) list.push(inferValue(raw));
		else lists.set(key, [inferValue(raw)]);
	}
	const values: Record<string, unknown> = {};
	for (const [key, list] of lists) {
		if (key !== '__proto__') values[key] = list.length === 1 ? list[0] : list;
	}
	return values;
}
