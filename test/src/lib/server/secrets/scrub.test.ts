import { describe, expect, it } from 'vitest';
import { createScrub } from '../../../../../src/lib/server/secrets/scrub.ts';
import { scrubMessages } from '../../../../../src/lib/server/secrets/scrubbed-provider.ts';

const value = 'sk_live/a+b "x" é%41\nZ';
const bytes = Buffer.from(value);
const scrub = createScrub([
	{ name: 'KEY', value },
	{ name: 'LONG', value: `${value}-and-more` },
	{ name: 'SHORT', value: 'short' },
]);
const everyByte = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

describe('a known secret', () => {
	const forms: readonly [string, string][] = [
		['as it is', value],
		['in JSON', JSON.stringify({ a: value })],
		['in base64', bytes.toString('base64')],
		['in base64 for URLs', bytes.toString('base64url')],
		['in hex', bytes.toString('hex')],
		['in hex, upper case', bytes.toString('hex').toUpperCase()],
		['in a URL', encodeURIComponent(value)],
		[
			'in a URL, lower case digits',
			encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
		],
		['in a form', new URLSearchParams({ k: value }).toString()],
		['with every byte written as a code', everyByte],
		['with every byte written as a code, upper case', everyByte.toUpperCase()],
		...['', 'u', 'us', 'usr'].flatMap((user) =>
			['', 'x', 'xy'].map((tail): [string, string] => [
				`in base64 between "${user}" and "${tail}"`,
				Buffer.from(`${user}${value}${tail}`).toString('base64'),
			]),
		),
	];
	it.each(forms)('%s is taken out', (_, text) => {
		const clean = scrub.text(`before ${text} after`);
		expect(clean).toMatch(/^before .{0,12}\[secret KEY\].{0,12} after$/s);
		// At most the characters of base64 that it shares with its neighbours are left.
		expect(clean.length).toBeLessThan('before  after'.length + '[secret KEY]'.length + 24);
	});

	it('that contains another one is taken out whole', () => {
		expect(scrub.text(`${value}-and-more`)).toBe('[secret LONG]');
	});

	const kept = ['sk_live/a+b "x" é%41', 'short', 'sk_live', bytes.toString('hex').slice(0, -2), ''];
	it.each(kept)('is not seen in %j', (text) => {
		expect(scrub.text(text)).toBe(text);
	});

	it('is taken out of plain data, keys included; what is clean stays the same object', () => {
		const clean = { a: ['b', { c: 1, d: null }] };
		expect(scrub.deep(clean)).toBe(clean);
		expect(scrub.deep({ a: [value, { [value]: true }], b: 2 })).toEqual({
			a: ['[secret KEY]', { '[secret KEY]': true }],
			b: 2,
		});
	});
});

it('a signed block that holds a secret is left out, any other stays as it was', () => {
	const signed = { type: 'opaque' as const, block: { type: 'thinking', thinking: 'clean' } };
	const messages = scrubMessages(
		[
			{ role: 'user', content: [{ type: 'text', text: `use ${value}` }] },
			{
				role: 'assistant',
				content: [
					signed,
					{ type: 'opaque', block: { type: 'thinking', thinking: `it is ${value}` } },
					{ type: 'tool_call', id: 'a', name: 'write', input: { content: value } },
				],
			},
		],
		scrub,
	);
	expect(JSON.stringify(messages)).not.toContain('sk_live');
	expect(messages[1]?.content).toEqual([
		signed,
		{ type: 'tool_call', id: 'a', name: 'write', input: { content: '[secret KEY]' } },
	]);
	expect(messages[1]?.content[0]).toBe(signed);
});
