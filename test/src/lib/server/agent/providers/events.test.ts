import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { AnswerReader } from '#lib/server/agent/providers/anthropic/events.ts';
import type { ProviderEvent } from '#lib/server/agent/providers/types.ts';

const start = (index: number, block: object) => ({
	type: 'content_block_start',
	index,
	content_block: block,
});
const text = (index: number) => start(index, { type: 'text', text: '' });
const tool = (index: number, id: string) =>
	start(index, { type: 'tool_use', id, name: 'list', input: {} });
const delta = (index: number, words: string) => ({
	type: 'content_block_delta',
	index,
	delta: { type: 'text_delta', text: words },
});
const json = (index: number, partial: string) => ({
	type: 'content_block_delta',
	index,
	delta: { type: 'input_json_delta', partial_json: partial },
});
const close = (index: number) => ({ type: 'content_block_stop', index });
const end = (reason: string | null) => [
	{ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 3 } },
	{ type: 'message_stop' },
];

/** What comes of raw events, without usage. */
function read(...events: readonly object[]): ProviderEvent[] {
	const reader = new AnswerReader();
	return events
		.flatMap((event) => [...reader.read(event as Anthropic.RawMessageStreamEvent)])
		.filter(({ type }) => type !== 'usage' && type !== 'hidden');
}
const call = (id: string, input: unknown = {}) => ({
	type: 'block',
	block: { type: 'tool_call', id, name: 'list', input },
});

describe('AnswerReader', () => {
	const cases: readonly (readonly [string, readonly object[], readonly object[]])[] = [
		['a call', [tool(0, 'a'), json(0, '{"x":'), json(0, '1}'), close(0)], [call('a', { x: 1 })]],
		['a call without input', [tool(0, 'a'), close(0)], [call('a')]],
		[
			'a call sent again at the same place',
			[tool(0, 'a'), close(0), tool(0, 'a'), close(0)],
			[call('a')],
		],
		['a call closed twice', [tool(0, 'a'), close(0), close(0)], [call('a')]],
		['a call that never closes', [tool(0, 'a'), json(0, '{}')], []],
		[
			'places out of order',
			[tool(5, 'a'), tool(2, 'b'), close(5), close(2)],
			[call('a'), call('b')],
		],
		[
			'blocks woven into each other',
			[tool(0, 'a'), tool(1, 'b'), json(1, '{"b":1}'), json(0, '{"a":1}'), close(0), close(1)],
			[call('a', { a: 1 }), call('b', { b: 1 })],
		],
		['a delta for nothing', [delta(3, 'x'), close(3)], []],
		['a delta of another kind', [tool(0, 'a'), delta(0, 'x'), close(0)], [call('a')]],
		[
			'an unknown event',
			[{ type: 'weather', index: 0 }, text(0), close(0)],
			[{ type: 'block', block: { type: 'text', text: '' } }],
		],
		[
			'an unknown stop reason',
			end('moonrise'),
			[{ type: 'end', end: 'unknown', detail: 'moonrise' }],
		],
		['no stop reason', end(null), [{ type: 'end', end: 'unknown' }]],
		['a stop sequence', end('stop_sequence'), [{ type: 'end', end: 'end_turn' }]],
		[
			'a stop without a reason before it',
			[{ type: 'message_stop' }],
			[{ type: 'end', end: 'unknown' }],
		],
	];
	it.each(cases)('%s', (_name, events, expected) => {
		expect(read(...events)).toEqual(expected);
	});

	it('takes counts as cumulative, and null as no news', () => {
		const reader = new AnswerReader();
		const usage = { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 5 };
		const events = [
			{ type: 'message_start', message: { usage } },
			{ type: 'message_delta', delta: {}, usage: { input_tokens: null, output_tokens: 7 } },
			{ type: 'message_delta', delta: {}, usage: { input_tokens: 12, output_tokens: 9 } },
		];
		const told = events.flatMap((event) => [
			...reader.read(event as unknown as Anthropic.RawMessageStreamEvent),
		]);
		expect(told.at(-1)).toEqual({
			type: 'usage',
			usage: { input: 12, cacheRead: 5, cacheWrite: 0, output: 9 },
		});
	});
});
