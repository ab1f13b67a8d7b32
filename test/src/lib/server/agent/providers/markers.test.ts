import { describe, expect, it } from 'vitest';
import type { Message } from '#lib/server/agent/messages.ts';
import { markersOf } from '#lib/server/agent/providers/anthropic/markers.ts';
import { toParams } from '#lib/server/agent/providers/anthropic/request.ts';

const user = (...texts: readonly string[]): Message => ({
	role: 'user',
	content: texts.map((text) => ({ type: 'text', text })),
});
/** An answer with calls, and their results. */
const step = (...ids: readonly string[]): readonly Message[] => [
	{
		role: 'assistant',
		content: ids.map((id) => ({ type: 'tool_call', id, name: 'list', input: {} })),
	},
	{
		role: 'user',
		content: ids.map((id) => ({
			type: 'tool_result',
			callId: id,
			text: `r-${id}`,
			isError: false,
		})),
	},
];
const many = (count: number): readonly string[] =>
	Array.from({ length: count }, (_, at) => `m${at}`);
const wordsOf = (block: object): string =>
	'text' in block ? String(block.text) : `call-${String((block as { id?: unknown }).id)}`;

describe('markersOf', () => {
	const first = user('context', 'request');
	const cases: readonly (readonly [
		string,
		readonly Message[],
		global: boolean,
		marked: readonly string[],
	])[] = [
		['the first request', [first], true, ['request']],
		['the second', [first, ...step('a')], true, ['r-a', 'request']],
		['later', [first, ...step('a'), ...step('b', 'c')], true, ['r-c', 'r-a']],
		['a note behind the results', [first, ...step('a'), user('note')], true, ['note', 'request']],
		[
			'a broken answer that was continued',
			[
				first,
				...step('a'),
				{ role: 'assistant', content: [{ type: 'text', text: 'half' }] },
				user('go on'),
			],
			true,
			['go on', 'r-a'],
		],
		[
			'a paused answer',
			[first, { role: 'assistant', content: [{ type: 'text', text: 'half' }] }],
			true,
			['request'],
		],
		['15 blocks', [first, ...step(...many(7)), user('note')], true, ['note', 'request']],
		[
			'more than 15 blocks: an extra one 15 before the last',
			[first, ...step(...many(8))],
			false,
			['r-m7', 'request', 'call-m0'],
		],
		['many blocks', [first, ...step('a'), ...step(...many(20))], false, ['r-m19', 'r-a', 'r-m4']],
	];
	it.each(cases)('%s', (_name, messages, global, marked) => {
		const markers = markersOf(messages);
		expect(markers.global).toBe(global);
		expect([...markers.blocks].map(wordsOf)).toEqual(marked);
	});
});

describe('toParams', () => {
	const request = (messages: readonly Message[]) => ({
		tools: [{ name: 'list', description: 'Lists.', inputSchema: { properties: {} } }],
		system: ['A', 'B'],
		messages,
		maxTokens: 10,
	});
	const count = (messages: readonly Message[]): number =>
		JSON.stringify(toParams('m', request(messages))).split('"cache_control"').length - 1;

	it('has four markers at most, whatever was added', () => {
		for (let blocks = 0; blocks < 60; blocks += 1) {
			const messages = [user('go'), ...step('a'), ...(blocks === 0 ? [] : step(...many(blocks)))];
			expect(count(messages), String(blocks)).toBeLessThanOrEqual(4);
		}
	});

	it('writes the same input as the same bytes, whatever the order of its keys', () => {
		const bytes = (input: unknown): string =>
			JSON.stringify(
				toParams(
					'm',
					request([
						user('go'),
						{ role: 'assistant', content: [{ type: 'tool_call', id: 'a', name: 'list', input }] },
					]),
				),
			);
		expect(bytes({ path: 'x', list: [{ b: 1, a: 2 }] })).toBe(
			bytes({ list: [{ a: 2, b: 1 }], path: 'x' }),
		);
	});
});
