import { expect } from 'vitest';
import {
	call,
	message,
	say,
	type Reply,
	type ScriptBlock,
	type Step,
} from '../../../../../fixtures/messages-server/index.ts';
import { diskError } from '../../../../../../src/lib/server/workspace/disk-error.ts';
import { never, type Expected } from './cells.ts';
import { lost, told, wired, type MessagesRow } from './messages-rows.ts';

const raw = (name: string, json: string): ScriptBlock => ({
	type: 'tool_use',
	name,
	input: {},
	json,
});
const ends = (stopReason: string, ...blocks: readonly ScriptBlock[]): Reply => ({
	kind: 'message',
	blocks,
	stopReason,
});
const step = (...blocks: readonly ScriptBlock[]): Step => ({ reply: message(...blocks) });
const steps = (count: number, ...blocks: readonly ScriptBlock[]): readonly Step[] =>
	Array.from({ length: count }, () => step(...blocks));
const failed =
	(name: string): NonNullable<Expected['check']> =>
	({ log }) => {
		const calls = log.of('tool_finished').filter((event) => event.name === name);
		expect(calls.map(({ ok }) => ok)).toContain(false);
	};
const done = call('done', { summary: ['All of it works'] });
const thought: ScriptBlock = {
	type: 'thinking',
	thinking: 'Hm, “what” is there? 🤔',
	signature: 's1',
};
const bad = (name: string, block: ScriptBlock, words: string): MessagesRow => ({
	id: 'F13',
	name,
	steps: [step(block)],
	ends: 'recovers',
	next: told(words),
	check: ({ log, schema }) => {
		expect(log.of('tool_finished').filter(({ ok }) => !ok)).not.toEqual([]);
		expect(schema.applied).toEqual([]);
	},
});

/** Text of a person that comes to the file between two steps of the run. */
const handEdit: NonNullable<MessagesRow['options']> = () => ({
	prepare: ({ workspace }) => {
		let reads = 0;
		workspace.afterRead = (path) => {
			if (path === 'hand.txt' && (reads += 1) === 1) workspace.files.set(path, 'mine\n');
		};
	},
});
/** The same in the last moment: behind the last look of the tool. */
const raced: NonNullable<MessagesRow['options']> = () => ({
	prepare: ({ workspace }) => {
		workspace.beforeWrite = (path) => {
			if (path === 'hand.txt') workspace.files.set(path, 'mine\n');
		};
	},
});
const mine: NonNullable<Expected['check']> = ({ workspace }) =>
	expect(
		[...workspace.files].filter(([path]) => /^(hand|moved)/.test(path)).map(([, text]) => text),
	).toEqual(['mine\n']);
/** A person who stops the run at the first event of a kind. */
const stopAt =
	(type: 'text' | 'retrying'): NonNullable<MessagesRow['options']> =>
	() => {
		const stop = new AbortController();
		return {
			run: { signal: stop.signal },
			prepare: ({ log }) => {
				log.onEvent = (event) => {
					if (event.type === type) stop.abort();
				};
			},
		};
	};
const almost = (body: Buffer): number => body.indexOf(Buffer.from('event: message_delta'));
const talk = say('I begin. '.repeat(40));
const readHand = step(call('read', { path: 'hand.txt' }));

/** F12 to F19, F22, F24, F25: what a model can answer, and what happens to files meanwhile. */
export const answerRows: readonly MessagesRow[] = [
	{
		id: 'F12',
		name: 'JSON that ends too early',
		steps: [step(raw('write', `{"path":"${never}","content":"x`))],
		ends: 'recovers',
		next: told('not valid JSON'),
		check: failed('write'),
	},
	{
		id: 'F12',
		name: 'JSON with a comma too much',
		steps: [step(raw('write', `{"path":"${never}","content":"x",}`))],
		ends: 'recovers',
		next: told('not valid JSON'),
	},
	{
		id: 'F12',
		name: 'two values',
		steps: [step(raw('write', `{"path":"${never}","content":"x"}{}`))],
		ends: 'recovers',
		next: told('not valid JSON'),
	},
	{
		id: 'F12',
		name: 'words',
		steps: [step(raw('list', 'all of them'))],
		ends: 'recovers',
		next: told('not valid JSON'),
	},
	bad('a list as input', raw('write', '[1]'), 'does not fit'),
	bad('a text as input', raw('list', '"x"'), 'does not fit'),
	bad('null as input', raw('list', 'null'), 'does not fit'),
	bad('a field is missing', call('write', { path: never }), 'content'),
	bad('a field too much', call('list', { deep: true }), 'deep'),
	bad('a number as a path', call('read', { path: 7 }), 'does not fit'),
	bad(
		'a rule that is no text',
		call('schema_plan', { create: [{ name: 'a', fields: [], rules: { list: true } }] }),
		'rules',
	),
	bad('an unknown tool', call('shell', { command: 'ls' }), 'There is no tool shell'),
	bad('a name out of the prototype', call('constructor', {}), 'There is no tool constructor'),
	bad('a tool of the other mode', call('save_plan', { text: 'A plan.' }), 'No plan is asked for'),
	{
		id: 'F14',
		name: 'cut in the text',
		steps: [{ reply: ends('max_tokens', say('I begin and')) }],
		ends: 'recovers',
		next: told('Go on where it ends'),
	},
	{
		id: 'F14',
		name: 'cut in a call',
		steps: [{ reply: ends('max_tokens', raw('write', `{"path":"${never}","content":"<p`)) }],
		ends: 'recovers',
		next: told('inside the call of write'),
	},
	{
		id: 'F14',
		name: 'cut in a call that is whole by chance',
		steps: [{ reply: ends('max_tokens', lost) }],
		ends: 'recovers',
		next: told('inside the call of write'),
	},
	{
		id: 'F14',
		name: 'cut in a call that is never closed',
		steps: [
			{ reply: ends('max_tokens', { ...raw('write', '{"pa'), close: false } as ScriptBlock) },
		],
		ends: 'recovers',
		next: told('length limit'),
	},
	{
		id: 'F14',
		name: 'cut while it thinks',
		steps: [{ reply: ends('max_tokens', thought) }],
		ends: 'recovers',
		next: told('length limit'),
	},
	{
		id: 'F14',
		name: 'cut for ever',
		steps: Array.from({ length: 3 }, () => ({ reply: ends('max_tokens', say('Hm ')) })),
		ends: 'output_limit',
	},
	{
		id: 'F15',
		name: 'a refusal',
		steps: [{ reply: { ...ends('refusal'), explanation: 'Not this.' } as Reply }],
		ends: 'refused_by_model',
		says: /Not this/,
	},
	{
		id: 'F15',
		name: 'a refusal behind text',
		steps: [{ reply: ends('refusal', say('Well, ')) }],
		ends: 'refused_by_model',
		says: /declined/,
		shown: /^Well, $/,
	},
	{
		id: 'F15',
		name: 'a refusal behind a call',
		steps: [{ reply: ends('refusal', lost) }],
		ends: 'refused_by_model',
	},
	{
		id: 'F16',
		name: 'a pause',
		steps: [{ reply: ends('pause_turn', say('Wait. ')) }],
		ends: 'recovers',
		next: (request) =>
			request.messages.at(-1)?.role === 'assistant' ? undefined : 'the pause was answered',
	},
	{
		id: 'F16',
		name: 'pauses for ever',
		steps: Array.from({ length: 3 }, () => ({ reply: ends('pause_turn', say('Wait. ')) })),
		ends: 'loop',
	},
	{
		id: 'F16',
		name: 'an unknown stop reason',
		steps: [{ reply: ends('moonrise', lost) }],
		ends: 'provider_error',
		says: /moonrise/,
	},
	{
		id: 'F16',
		name: 'an unknown kind of block',
		steps: [step({ type: 'unknown_kind', payload: 'x' }, say('Fine.'), call('list', {}))],
		ends: 'recovers',
		shown: /^Fine\.$/,
	},
	{
		id: 'F16',
		name: 'unknown kinds of events and deltas',
		steps: [{ reply: wired({ foreign: true }, say('Fine.'), call('list', {})) }],
		ends: 'recovers',
		shown: /^Fine\.$/,
	},
	{
		id: 'F17',
		name: 'nothing behind a result',
		steps: [step(call('list', {})), step()],
		ends: 'recovers',
		next: told('Your answer was empty'),
	},
	{
		id: 'F17',
		name: 'nothing, twice',
		steps: [step(call('list', {})), step(), step()],
		ends: 'done',
		says: /without a report/,
	},
	{
		id: 'F18',
		name: 'one call, one result',
		steps: steps(4, call('grep', { query: 'zebra' })),
		ends: 'loop',
	},
	{
		id: 'F18',
		name: 'one call, one error',
		steps: steps(3, call('read', { path: 'none.txt' })),
		ends: 'repeated_failure',
		says: /none\.txt/,
	},
	{
		id: 'F18',
		name: 'two calls in turn',
		steps: Array.from({ length: 6 }, (_, at) =>
			step(at % 2 === 0 ? call('grep', { query: 'zebra' }) : call('read', { path: 'hand.txt' })),
		),
		ends: 'loop',
	},
	{
		id: 'F18',
		name: 'words only',
		steps: [step(say('I will.')), step(say('I will do it.'))],
		ends: 'done',
		says: /without a report/,
	},
	{
		id: 'F18',
		name: 'text without end',
		steps: [{ reply: wired({ chunk: 2000, cut: 'hang' }, say('I am sorry. '.repeat(3000))) }],
		ends: 'runaway_output',
	},
	{
		id: 'F19',
		name: 'done while a check is red',
		steps: [
			step(call('write', { path: 'src/App.svelte', content: '{#if' }), done),
			step(say('All works.')),
			step(say('Really.')),
		],
		ends: 'checks_failing',
		check: ({ outcome, log }) => {
			expect(outcome.card.evidence[0]).toMatchObject({ name: 'compile', outcome: 'fail' });
			expect(outcome.card.done).not.toContain('All of it works');
			expect(log.of('tool_finished').find(({ name }) => name === 'done')).toMatchObject({
				ok: false,
			});
		},
	},
	{
		id: 'F19',
		name: 'done again and again',
		steps: [
			step(call('write', { path: 'src/App.svelte', content: '{#if' }), done),
			step(done),
			step(done),
		],
		ends: 'checks_failing',
	},
	{
		id: 'F22',
		name: 'one id twice in an answer',
		steps: [step(call('list', {}, 'same'), call('write', { path: never, content: 'x' }, 'same'))],
		ends: 'recovers',
		next: told('id that was used before'),
	},
	{
		id: 'F22',
		name: 'an id of an earlier answer',
		steps: [
			step(call('list', {}, 'same')),
			step(call('write', { path: never, content: 'x' }, 'same')),
		],
		ends: 'recovers',
		next: told('id that was used before'),
	},
	{
		id: 'F22',
		name: 'every event twice',
		steps: [{ reply: wired({ twice: true }, lost) }],
		ends: 'recovers',
		next: told('not valid JSON'),
	},
	{
		id: 'F22',
		name: 'indices in descending order',
		steps: [
			{
				reply: wired(
					{ descending: true },
					say('I look.'),
					call('list', {}),
					call('grep', { query: 'x' }),
				),
			},
		],
		ends: 'recovers',
		shown: /^I look\.$/,
		check: ({ log }) =>
			expect(log.of('tool_finished').map(({ name }) => name)).toEqual(
				expect.arrayContaining(['list', 'grep']),
			),
	},
	{
		id: 'F23',
		name: 'a stop while it writes',
		steps: [{ reply: wired({ cutAt: almost, cut: 'hang' }, talk, lost) }],
		ends: 'stopped_by_user',
		options: stopAt('text'),
		closes: true,
	},
	{
		id: 'F23',
		name: 'a stop while only pings come',
		steps: [{ reply: wired({ cutAt: almost, cut: 'pings' }, talk, lost) }],
		ends: 'stopped_by_user',
		options: stopAt('text'),
		closes: true,
	},
	{
		id: 'F23',
		name: 'a stop while it waits for the provider',
		steps: [{ reply: { kind: 'status', status: 529, type: 'overloaded_error', message: '' } }],
		ends: 'stopped_by_user',
		waits: [1000],
		options: stopAt('retrying'),
	},
	{
		id: 'F24',
		name: 'a hand edit before an edit',
		steps: [readHand, step(call('edit', { path: 'hand.txt', old: 'one', new: 'two' }))],
		ends: 'recovers',
		next: told('changed by somebody else'),
		options: handEdit,
		check: mine,
	},
	{
		id: 'F24',
		name: 'a hand edit before a write',
		steps: [readHand, step(call('write', { path: 'hand.txt', content: 'two\n' }))],
		ends: 'recovers',
		next: told('changed by somebody else'),
		options: handEdit,
		check: mine,
	},
	{
		id: 'F24',
		name: 'a hand edit before a deletion',
		steps: [readHand, step(call('delete', { path: 'hand.txt' }))],
		ends: 'recovers',
		next: told('changed by somebody else'),
		options: handEdit,
		check: mine,
	},
	{
		id: 'F24',
		name: 'a hand edit before a rename',
		steps: [readHand, step(call('rename', { from: 'hand.txt', to: 'moved.txt' }))],
		ends: 'recovers',
		options: handEdit,
		check: mine,
	},
	{
		id: 'F24',
		name: 'a hand edit in the last moment',
		steps: [readHand, step(call('edit', { path: 'hand.txt', old: 'one', new: 'two' }))],
		ends: 'recovers',
		next: told('changed by somebody else'),
		options: raced,
		check: mine,
	},
	{
		id: 'F25',
		name: 'no room on the disk',
		steps: [step(lost)],
		ends: 'recovers',
		next: told('workspace_failure'),
		options: () => ({
			prepare: ({ workspace }) => {
				workspace.beforeWrite = (path) => {
					if (path === never)
						throw diskError(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
				};
			},
		}),
	},
];
