import { describe, expect, it } from 'vitest';
import { lint } from '../../../../../fixtures/messages-server/index.ts';

type Json = Record<string, unknown>;
const text = (words: string): Json => ({ type: 'text', text: words });
const use = (id: string, input: unknown = {}): Json => ({
	type: 'tool_use',
	id,
	name: 'list',
	input,
});
const result = (id: string, more: Json = {}): Json => ({
	type: 'tool_result',
	tool_use_id: id,
	content: 'ok',
	...more,
});
const user = (...content: readonly Json[]): Json => ({ role: 'user', content });
const model = (...content: readonly Json[]): Json => ({ role: 'assistant', content });
const image = (more: Json = {}): Json => ({
	type: 'image',
	source: { type: 'base64', media_type: 'image/jpeg', data: 'QUJD', ...more },
});
const marker = { cache_control: { type: 'ephemeral' } };
const thought = (thinking: string): Json => ({ type: 'thinking', thinking, signature: 's1' });

const good: Json = {
	model: 'm',
	max_tokens: 10,
	stream: true,
	tools: [{ name: 'list', description: 'Lists.', input_schema: { type: 'object' }, ...marker }],
	system: [text('You build.')],
	messages: [
		user(text('Do it.')),
		model(text('I look.'), use('a'), use('b', { deep: { cache_control: 1 } })),
		user(result('b'), result('a', { is_error: true }), { ...text('Go on.'), ...marker }),
	],
};
const body = (more: Json): Json => ({ ...good, ...more });
const talk = (...messages: readonly unknown[]): Json => body({ messages });
const start = user(text('Do it.'));

describe('requests the API takes', () => {
	const taken: readonly (readonly [string, Json])[] = [
		['a turn with two calls', good],
		['text in place of a list', talk({ role: 'user', content: 'Do it.' })],
		['two user messages in a row', talk(start, user(text('And that.')))],
		[
			'a picture in a result',
			talk(start, model(use('a')), user(result('a', { content: [text('x'), image()] }))),
		],
		['a picture of a person', talk(user(image(), text('Like this.')))],
		['an answer that is gone on with', talk(start, model(text('Well')))],
		['thinking of an open cycle', talk(start, model(thought('Hm'), use('t1')), user(result('t1')))],
		[
			'four markers',
			body({ system: [1, 2, 3].map((n) => ({ ...text(`${n}`), ...marker })), messages: [start] }),
		],
	];
	const thinking = new Map([['s1', 'Hm']]);
	it.each(taken)('%s', (_name, request) => {
		expect(lint(request, thinking, new Map([['t1', 's1']]))).toBeUndefined();
	});
});

describe('requests the API refuses', () => {
	const { max_tokens: _, ...unlimited } = good;
	const many = Array.from({ length: 101 }, () => image());
	const refused: readonly (readonly [string, unknown, RegExp])[] = [
		['no object', [], /no object/],
		['no model', body({ model: '' }), /model/],
		['no max_tokens', unlimited, /max_tokens/],
		['max_tokens of zero', body({ max_tokens: 0 }), /max_tokens/],
		['a field nobody knows', body({ effort: 1 }), /effort: extra/],
		['a field that is gone', body({ temperature: 1 }), /temperature: extra/],
		['no messages', talk(), /messages: missing/],
		['a role of its own', talk({ role: 'system', content: 'x' }), /unknown role/],
		['the model first', talk(model(text('Hi'))), /first message/],
		['no content', talk({ role: 'user', content: [] }), /no content/],
		['blank text', talk(user(text(' \n'))), /non-empty/],
		['a blank string', talk({ role: 'user', content: '' }), /non-empty/],
		['a blank system prompt', body({ system: [text('')] }), /non-empty/],
		['a block nobody knows', talk(user({ type: 'video' })), /unknown type/],
		['a field too much in a block', talk(user({ ...text('x'), id: '1' })), /extra input/],
		['a call of a person', talk(user(use('a'))), /tool_use in a user/],
		['a result of the model', talk(start, model(result('a'))), /tool_result in an assistant/],
		['thinking of a person', talk(user(thought('Hm'))), /in a user message/],
		['a list as input', talk(start, model(use('a', [])), user(result('a'))), /not an object/],
		['a text as input', talk(start, model(use('a', 'x')), user(result('a'))), /not an object/],
		['a bad id', talk(start, model(use('a b')), user(result('a b'))), /bad id/],
		['a call without result', talk(start, model(use('a')), user(text('x'))), /0 tool_results/],
		['a call at the end', talk(start, model(use('a'))), /without tool_result/],
		['one of two results', talk(start, model(use('a'), use('b')), user(result('a'))), /for b/],
		['a result twice', talk(start, model(use('a')), user(result('a'), result('a'))), /2 tool_res/],
		[
			'a result of an unknown call',
			talk(start, model(use('a')), user(result('a'), result('x'))),
			/unexpected/,
		],
		['a result without calls', talk(user(result('a'))), /unexpected/],
		[
			'a result one message too late',
			talk(start, model(use('a')), user(text('x')), model(text('y')), user(result('a'))),
			/0 tool_results/,
		],
		[
			'text before results',
			talk(start, model(use('a')), user(text('x'), result('a'))),
			/come first/,
		],
		[
			'an id twice',
			talk(start, model(use('a')), user(result('a')), model(use('a')), user(result('a'))),
			/unique/,
		],
		[
			'calls without tools',
			{ ...talk(start, model(use('a')), user(result('a'))), tools: [] },
			/tools are missing/,
		],
		[
			'a tool twice',
			body({ tools: [...(good['tools'] as Json[]), ...(good['tools'] as Json[])] }),
			/twice/,
		],
		[
			'a tool with a bad name',
			body({ tools: [{ name: 'a b', input_schema: { type: 'object' } }] }),
			/bad name/,
		],
		[
			'a tool with variants on top',
			body({ tools: [{ name: 'a', input_schema: { type: 'object', anyOf: [] } }] }),
			/does not support/,
		],
		[
			'a tool that takes a text',
			body({ tools: [{ name: 'a', input_schema: { type: 'string' } }] }),
			/no object schema/,
		],
		[
			'five markers',
			body({
				system: [1, 2, 3, 4].map((n) => ({ ...text(`${n}`), ...marker })),
				messages: [start],
			}),
			/maximum of 4/,
		],
		[
			'a marker of another kind',
			talk(user({ ...text('x'), cache_control: { type: 'forever' } })),
			/bad type/,
		],
		[
			'a marker on thinking',
			talk(start, model({ ...thought('Hm'), ...marker }, use('t1')), user(result('t1'))),
			/extra input/,
		],
		[
			'changed thinking',
			talk(start, model(thought('Hm!'), use('t1')), user(result('t1'))),
			/cannot be modified/,
		],
		[
			'thinking of an open cycle left out',
			talk(start, model(use('t1')), user(result('t1'))),
			/is missing/,
		],
		['an end in a space', talk(start, model(text('Well '))), /trailing whitespace/],
		['too many pictures', talk(user(...many)), /too many images/],
		[
			'too many pictures in results',
			talk(start, model(use('a')), user(result('a', { content: many }))),
			/too many images/,
		],
		['a picture that is too large', talk(user(image({ data: 'A'.repeat(7_000_000) }))), /5 MB/],
		[
			'a picture from an address',
			talk(user(image({ type: 'url', url: 'https://x.example' }))),
			/only base64/,
		],
		[
			'a picture of a kind nobody knows',
			talk(user(image({ media_type: 'image/svg+xml' }))),
			/media_type/,
		],
		['a picture that is no base64', talk(user(image({ data: '<svg>' }))), /no base64/],
		['a picture of the model', talk(start, model(image())), /in an assistant/],
		[
			'a video in a result',
			talk(start, model(use('a')), user(result('a', { content: [{ type: 'video' }] }))),
			/neither text nor image/,
		],
	];
	it.each(refused)('%s', (_name, request, words) => {
		const problem = lint(request, new Map([['s1', 'Hm']]), new Map([['t1', 's1']]));
		expect(problem).toMatch(words);
	});
});
