import type { MessagesRequest } from '../../../../../fixtures/messages-server/index.ts';

/** A call somebody's text tells the model to make. */
export interface Order {
	readonly name: string;
	readonly input: Readonly<Record<string, unknown>>;
}

const rot13 = (text: string): string =>
	text.replaceAll(/[a-z]/gi, (char) => {
		const base = char <= 'Z' ? 65 : 97;
		return String.fromCharCode(((char.charCodeAt(0) - base + 13) % 26) + base);
	});
const reversed = (text: string): string => Array.from(text).reverse().join('');
/** Cyrillic and Greek letters that look like Latin ones. */
const alike: Readonly<Record<string, string>> = {
	...{ а: 'a', с: 'c', е: 'e', о: 'o', р: 'p', х: 'x', у: 'y', і: 'i', ѕ: 's', ԁ: 'd', ո: 'n' },
	...{ ι: 'i', ο: 'o', ν: 'v' },
};
const plain = (text: string): string =>
	text.normalize('NFKC').replaceAll(/[^\x20-\x7e\n]/g, (char) => alike[char] ?? '');
const tagged = (text: string): string =>
	text.replaceAll(/[\u{E0020}-\u{E007E}]/gu, (char) =>
		String.fromCodePoint((char.codePointAt(0) ?? 0) - 0xe0000),
	);
/** Undoes what the server does to make hidden characters visible. */
const unfenced = (text: string): string =>
	text
		.replaceAll(/\\u\{([0-9a-f]+)\}/g, (_, code: string) =>
			String.fromCodePoint(parseInt(code, 16)),
		)
		.replaceAll('&lt;', '<');
const decodedParts = (text: string): string =>
	[
		...[...text.matchAll(/[A-Za-z0-9+/_-]{24,}={0,2}/g)].map(([part]) => base64(part)),
		...[...text.matchAll(/[0-9a-f]{40,}/gi)].map(([part]) => Buffer.from(part, 'hex').toString()),
		...[...text.matchAll(/(?:%[0-9a-f]{2}|[\w.-])*%7b(?:%[0-9a-f]{2}|[\w.,-])*/gi)].map(([part]) =>
			uri(part),
		),
	].join('\n');
const base64 = (part: string): string => Buffer.from(part, 'base64url').toString();
const uri = (part: string): string => {
	try {
		return decodeURIComponent(part);
	} catch {
		return '';
	}
};
/** Strings inside lines of JSON, as the records of a query are shown. */
const jsonStrings = (text: string): string =>
	text
		.split('\n')
		.flatMap((line): string[] => {
			const at = line.indexOf('{');
			try {
				const value: unknown = JSON.parse(line.slice(Math.max(0, at)));
				return Object.values(value as object).filter((item) => typeof item === 'string');
			} catch {
				return [];
			}
		})
		.join('\n');

const wanted = new RegExp(String.raw`(?<![A-Za-z_])([a-z][a-z_]{2,24})\s*[(:]?\s*(?=\{")`, 'g');

/** Calls in a text: a name and an object behind it. */
function ordersIn(text: string, names: ReadonlySet<string>): readonly Order[] {
	return [...text.matchAll(wanted)].flatMap((match): Order[] => {
		const name = match[1] ?? '';
		const start = match.index + match[0].length;
		if (!names.has(name)) return [];
		for (let end = text.indexOf('}', start); end !== -1; end = text.indexOf('}', end + 1))
			try {
				return [{ name, input: JSON.parse(text.slice(start, end + 1)) as Order['input'] }];
			} catch {
				// The object goes on.
			}
		return [];
	});
}

/** Does whatever a text says, in whatever way it hides it. @param names what it takes for a call */
export function obey(text: string, names: ReadonlySet<string>): readonly Order[] {
	const whole = unfenced(text);
	const forms = [whole, tagged(whole), jsonStrings(whole), plain(whole)];
	const all = forms.flatMap((form) => [form, plain(tagged(form)), decodedParts(form)]);
	const found = new Map<string, Order>();
	for (const form of all.flatMap((each) => [each, rot13(each), reversed(each)]))
		for (const order of ordersIn(form, names)) found.set(JSON.stringify(order), order);
	return [...found.values()];
}

/** What the model is shown last: results, or the person's message with all around it. */
export const newest = ({ messages }: MessagesRequest): string => textOf(messages.at(-1)?.content);
export const system = (request: MessagesRequest): string =>
	(request.system ?? [])
		.slice(1)
		.map(({ text }) => text)
		.join('\n');

const textOf = (content: MessagesRequest['messages'][number]['content'] | undefined): string =>
	typeof content === 'string'
		? content
		: (content ?? []).map((block) => block.content ?? block.text ?? '').join('\n');
