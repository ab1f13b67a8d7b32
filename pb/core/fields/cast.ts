/*
 * Loose conversions of submitted values, with the outcomes of the Go library PocketBase uses (spf13/cast):
 * what cannot be converted becomes the zero value, never an error.
 */

/** Number as plain decimal digits without an exponent (Go's 'f' format with the shortest precision). */
export function decimal(value: number): string {
	if (Number.isNaN(value)) return 'NaN';
	if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
	if (Object.is(value, -0)) return '-0';
	const text = String(value);
	const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
	if (match === null) return text;
	const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
	const digits = whole + fraction;
	const point = whole.length + Number(exponent);
	if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
	if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length);
	return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Number as PocketBase's driver turns a REAL column into text (Go's 'g' format): exponent form from 1e6 on and below 1e-4. */
export function realText(value: number): string {
	if (value === 0 || !Number.isFinite(value)) return String(value);
	const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
	const exponent = Number(exponentText);
	if (exponent >= -4 && exponent < 6) return String(value);
	const digits = String(Math.abs(exponent)).padStart(2, '0');
	return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

export function castString(value: unknown): string {
	switch (typeof value) {
		case 'string':
			return value;
		case 'number':
			return decimal(value);
		case 'boolean':
		case 'bigint':
			return String(value);
		default:
			return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
	}
}

export function castNumber(value: unknown): number {
	switch (typeof value) {
		case 'number':
			return value;
		case 'bigint':
			return Number(value);
		case 'boolean':
			return value ? 1 : 0;
		case 'string': {
			const digits = value.replace(/(?<=\d)_(?=\d)/g, '');
			if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(digits)) {
				const parsed = Number(digits);
				return Number.isFinite(parsed) ? parsed : 0;
			}
			if (/^[+-]?inf(?:inity)?$/i.test(value)) return value.startsWith('-') ? -Infinity : Infinity;
			return /^nan$/i.test(value) ? NaN : 0;
		}
		default:
			return 0;
	}
}

const truthy = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

export function castBool(value: unknown): boolean {
	switch (typeof value) {
		case 'boolean':
			return value;
		case 'number':
			return value !== 0;
		case 'bigint':
			return value !== 0n;
		case 'string':
			return truthy.has(value);
		default:
			return false;
	}
}

const nonEmptyUnique = (values: readonly string[]): string[] => [
	...new Set(values.filter((value) => value !== '')),
];

/** Any value -> list of distinct non-empty strings; text holding a JSON array is taken apart (tools/list ToUniqueStringSlice). */
export function castStringList(value: unknown): string[] {
	if (value === null || value === undefined || value === '') return [];
	if (Array.isArray(value)) {
		const items: unknown[] = value;
		const isScalar = (item: unknown): boolean =>
			item === null || item === undefined || typeof item !== 'object';
		return items.every(isScalar) ? nonEmptyUnique(items.map(castString)) : [];
	}
	if (typeof value === 'string') {
		if (!value.includes('[')) return [value];
		const parsed = parseJson(value);
		if (!Array.isArray(parsed)) return [value];
		const items: unknown[] = parsed;
		const strings = items.filter((item) => typeof item === 'string');
		const isClean = items.every((item) => item === null || typeof item === 'string');
		return nonEmptyUnique(isClean ? strings : [...strings, value]);
	}
	return typeof value === 'object' ? [] : nonEmptyUnique([castString(value)]);
}

/** The parsed value, or undefined for invalid JSON. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
