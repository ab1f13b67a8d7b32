import type { KnownSecret } from './app-secrets.ts';

/** Takes known secret values out of texts. */
export interface Scrub {
	text(text: string): string;
	/** Every string in plain data, keys included; the same object when nothing was found. */
	deep<T>(value: T): T;
}

/** What is shorter would be found everywhere by chance. */
const shortest = 8;

/**
 * Finds each value as it is and in the forms it travels in: inside JSON, base64 (also inside a longer text, at each of
 * the three alignments, both alphabets), hex, and URL-encoded. What is found becomes `[secret NAME]`.
 */
export function createScrub(secrets: readonly KnownSecret[]): Scrub {
	const patterns = secrets
		.filter(({ value }) => value.length >= shortest)
		// One that holds another goes first: what remains of it must not be told.
		.sort((a, b) => b.value.length - a.value.length)
		.map(({ name, value }) => ({ pattern: patternOf(value), mark: `[secret ${name}]` }));
	const text = (plain: string): string => {
		let clean = plain;
		for (const { pattern, mark } of patterns) clean = clean.replace(pattern, () => mark);
		return clean;
	};
	const deep = <T>(value: T): T => {
		if (typeof value === 'string') return text(value) as T;
		if (typeof value !== 'object' || value === null) return value;
		if (Array.isArray(value)) {
			const items = value.map((item: unknown) => deep(item));
			return items.some((item, i) => item !== value[i]) ? (items as T) : value;
		}
		const entries = Object.entries(value).map(
			([key, item]) => [text(key), deep(item as unknown)] as const,
		);
		const before = Object.entries(value);
		const isSame = entries.every(
			([key, item], i) => key === before[i]?.[0] && item === before[i][1],
		);
		return isSame ? value : (Object.fromEntries(entries) as T);
	};
	return patterns.length === 0
		? { text: (plain) => plain, deep: (value) => value }
		: { text, deep };
}

function patternOf(value: string): RegExp {
	const bytes = Buffer.from(value, 'utf8');
	const form = new URLSearchParams([['', value]]).toString().slice(1);
	const everyByte = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
	const forms = [
		...[value, JSON.stringify(value).slice(1, -1)].map(quote),
		...[0, 1, 2].flatMap((lead) => base64Forms(bytes, lead)).map(quote),
		...[bytes.toString('hex'), everyByte].map(anyCase),
		...[encodeURIComponent(value), form].map(percentAnyCase),
	];
	// The longest first: what remains of a match must not be half a secret.
	const unique = [...new Set(forms)].sort((a, b) => b.length - a.length);
	return new RegExp(unique.join('|'), 'g');
}

/** The characters that stand for these bytes alone when `lead` others come before them in their group of three. */
function base64Forms(bytes: Buffer, lead: number): readonly string[] {
	const padded = Buffer.concat([Buffer.alloc(lead), bytes])
		.toString('base64')
		.replace(/=+$/, '');
	const from = lead === 0 ? 0 : lead + 1;
	// The last character may share its bits with what follows.
	const to = (lead + bytes.length) % 3 === 0 ? padded.length : padded.length - 1;
	const standard = padded.slice(from, to);
	return [standard, standard.replaceAll('+', '-').replaceAll('/', '_')];
}

const quote = (plain: string): string => plain.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Hex digits are written in either case. */
const anyCase = (hex: string): string =>
	hex.replace(/[a-f]/gi, (digit) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`);
/** In a URL only the digits after a percent sign vary. */
const percentAnyCase = (url: string): string =>
	url
		.split(/(%[0-9A-F]{2})/)
		.map((part) => (/^%[0-9A-F]{2}$/.test(part) ? anyCase(part) : quote(part)))
		.join('');
