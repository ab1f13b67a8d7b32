import { describe, expect, it } from 'vitest';
import {
	call,
	contains,
	message,
	refuse,
	say,
	startMessagesServer,
	type Reply,
	type ScriptBlock,
	type Step,
	type Wire,
} from '../../../../fixtures/messages-server/index.ts';
import { play } from './support/play.ts';

const done = call('done', { summary: ['Finished'] });
const write = (path: string): ReturnType<typeof call> =>
	call('write', { path, content: `<p>${path}</p>\n` });
const wired = (wire: Wire, ...blocks: readonly ScriptBlock[]): Reply => ({
	kind: 'message',
	blocks,
	wire,
});
const finish: Step = { reply: message(done) };

describe('answers that fail and are asked for again', () => {
	const transient: readonly [name: string, reply: Reply, waits: readonly number[]][] = [
		['429 with retry-after', refuse(429, 'rate_limit_error', { 'retry-after': '7' }), [7000]],
		['429 without', refuse(429, 'rate_limit_error'), [1000]],
		['429 with a date', refuse(429, 'rate_limit_error', { 'retry-after': 'soon' }), [1000]],
		['529', refuse(529, 'overloaded_error'), [1000]],
		['500', refuse(500, 'api_error'), [1000]],
		['503', refuse(503, 'api_error'), [1000]],
		['no answer', { kind: 'drop' }, [1000]],
		[
			'an error event after 200',
			wired({ error: { type: 'overloaded_error', message: 'Overloaded' } }),
			[1000],
		],
		['an answer without message_stop', wired({ noStop: true }, write('a.svelte')), [1000]],
		['a reset before the first block', wired({ cutAt: 40, cut: 'reset' }), [1000]],
	];
	for (const [name, reply, waits] of transient)
		for (const place of ['first', 'after a write'] as const)
			it(`${name}, ${place}`, async () => {
				const before: Step[] = place === 'first' ? [] : [{ reply: message(write('b.svelte')) }];
				const { outcome, log, clock, workspace, server } = await play([
					...before,
					{ reply },
					{ reply: message(write('c.svelte')) },
					finish,
				]);
				expect(outcome.reason).toBe('done');
				expect(clock.skipped).toEqual(waits);
				expect(log.of('retrying')).toHaveLength(1);
				// A call of a broken answer is not executed, one of a whole answer once.
				expect([...workspace.files.keys()]).toEqual(
					place === 'first' ? ['c.svelte'] : ['b.svelte', 'c.svelte'],
				);
				const [failed, again] = server.requests.slice(before.length);
				expect(again?.body.messages).toEqual(failed?.body.messages);
			});

	it('gives up after a bounded time, with the work kept', async () => {
		const forever: Step[] = Array.from({ length: 6 }, () => ({
			reply: refuse(529, 'overloaded_error'),
		}));
		const { outcome, log, workspace } = await play([
			{ reply: message(write('a.svelte')) },
			...forever,
		]);
		expect(outcome).toMatchObject({ reason: 'provider_overloaded' });
		expect(outcome.card.done).toEqual(['Changed a.svelte']);
		expect(workspace.files.size).toBe(1);
		expect(log.of('retrying').map(({ waitMs }) => waitMs)).toEqual([
			1000, 2000, 4000, 8000, 16_000,
		]);
	});

	it('does not wait longer than it may', async () => {
		const { outcome, clock } = await play([
			{ reply: refuse(429, 'rate_limit_error', { 'retry-after': '3600' }) },
		]);
		expect(outcome.reason).toBe('provider_overloaded');
		expect(clock.skipped).toEqual([]);
	});

	it('never repeats text that was shown before the connection broke', async () => {
		const inUmlaut = (body: Buffer): number => body.indexOf(Buffer.from('ö')) + 1;
		const { log, outcome, server } = await play([
			{
				reply: wired(
					{ cutAt: inUmlaut, cut: 'reset', chunk: 5 },
					say('First I look. Then I make it schön.'),
					write('a.svelte'),
				),
			},
			{
				expect: contains('The connection broke here'),
				reply: message(say('ade, I mean nice.'), done),
			},
		]);
		expect(outcome.reason).toBe('done');
		expect(log.text).toMatch(/^First I look\.[^�]*ade, I mean nice\.$/);
		expect(server.requests[1]?.body.messages.map(({ role }) => role)).toEqual([
			'user',
			'assistant',
			'user',
		]);
	});
});

describe('answers that end the run', () => {
	const key = 'secret-0123456789abcdef';
	const cases: readonly [name: string, reply: Reply, reason: string, message: RegExp][] = [
		['400', refuse(400, 'invalid_request_error', {}, 'messages: bad'), 'provider_error', /bad/],
		[
			'400 for a long prompt',
			refuse(400, 'invalid_request_error', {}, 'prompt is too long: 9 tokens'),
			'context_full',
			/too long/,
		],
		['401', refuse(401, 'authentication_error'), 'key_rejected', /refused the key/],
		['402', refuse(402, 'billing_error', {}, 'no credit'), 'key_rejected', /no credit/],
		['403', refuse(403, 'permission_error'), 'key_rejected', /refused the key/],
		['404', refuse(404, 'not_found_error'), 'provider_error', /does not know the model test-model/],
		['413', refuse(413, 'request_too_large'), 'context_full', /too long/],
		[
			'an error event for a bad request',
			wired({ error: { type: 'invalid_request_error', message: 'no' } }),
			'provider_error',
			/refused the request/,
		],
		[
			'refusal',
			{
				kind: 'message',
				blocks: [],
				stopReason: 'refusal',
				explanation: 'Not this.',
			},
			'refused_by_model',
			/Not this/,
		],
		[
			'refusal after text',
			{ kind: 'message', blocks: [say('Well, ')], stopReason: 'refusal' },
			'refused_by_model',
			/declined/,
		],
		[
			'an unknown stop reason',
			{ kind: 'message', blocks: [write('x.svelte')], stopReason: 'moonrise' },
			'provider_error',
			/moonrise/,
		],
		[
			'a full context window',
			{ kind: 'message', blocks: [], stopReason: 'model_context_window_exceeded' },
			'context_full',
			/too long/,
		],
		[
			'the key echoed by the provider',
			refuse(400, 'invalid_request_error', {}, `bad header Bearer ${key}`),
			'provider_error',
			/bad header Bearer \[key\]/,
		],
	];
	it.each(cases)('%s', async (_name, reply, reason, words) => {
		const { outcome, log, workspace, clock } = await play([{ reply }], {
			key,
			server: { key },
		});
		expect(outcome.reason).toBe(reason);
		expect(outcome.message).toMatch(words);
		expect(clock.skipped).toEqual([]);
		expect(workspace.files.size).toBe(0);
		expect(log.events.at(-1)).toMatchObject({ type: 'stopped', reason, next: /.+/ });
		expect(JSON.stringify([log.events, outcome])).not.toContain(key);
	});

	it('says that a key is missing without asking anybody', async () => {
		const { outcome, server } = await play([], { key: '' });
		expect(outcome.reason).toBe('key_missing');
		expect(server.requests).toHaveLength(0);
	});

	it('does not fall back to the environment for a key', async () => {
		process.env['ANTHROPIC_AUTH_TOKEN'] = 'from-env';
		process.env['ANTHROPIC_API_KEY'] = 'from-env';
		try {
			const { outcome } = await play([], { key: '' });
			expect(outcome.reason).toBe('key_missing');
			const { server } = await play([finish]);
			expect(server.requests[0]?.headers['authorization']).toBe('Bearer test-key');
		} finally {
			delete process.env['ANTHROPIC_AUTH_TOKEN'];
			delete process.env['ANTHROPIC_API_KEY'];
		}
	});

	it('does not follow a redirect', async () => {
		const elsewhere = await startMessagesServer([]);
		try {
			const reply = refuse(307, 'api_error', { location: `${elsewhere.url}/v1/messages` });
			const { outcome } = await play(Array.from({ length: 6 }, () => ({ reply })));
			expect(outcome.reason).toBe('provider_error');
			expect(elsewhere.requests).toHaveLength(0);
			elsewhere.assertDone();
		} finally {
			await elsewhere.close();
		}
	});
});

describe('streams cut and shaped in every way', () => {
	const blocks = [say('Größe “ok” 👩‍🚀 \\u00e9'), write('ä.svelte'), write('b.svelte')] as const;
	const shapes: readonly (readonly [string, Wire])[] = [
		['one byte at a time', { chunk: 1 }],
		['three bytes', { chunk: 3 }],
		['CRLF', { crlf: true, chunk: 10 }],
		['comments and pings', { noise: true }],
	];
	it.each(shapes)('%s', async (_name, wire) => {
		const { outcome, workspace, log } = await play([{ reply: wired(wire, ...blocks) }, finish]);
		expect(outcome.reason).toBe('done');
		expect([...workspace.files.keys()]).toEqual(['ä.svelte', 'b.svelte']);
		expect(log.text).toBe('Größe “ok” 👩‍🚀 \\u00e9');
	});

	it('every event twice: what is garbled is not executed', async () => {
		const { outcome, workspace } = await play([
			{ reply: wired({ twice: true }, ...blocks) },
			{ expect: contains('not valid JSON'), reply: message(done) },
		]);
		expect(outcome.reason).toBe('done');
		expect(workspace.files.size).toBe(0);
	});

	it('wherever the answer is cut, no call of it is executed', async () => {
		const length = await bodyLength();
		for (let cut = 1; cut < length; cut += Math.ceil(length / 40)) {
			const { workspace, outcome } = await play([
				{ reply: wired({ cutAt: cut, cut: cut % 2 === 0 ? 'end' : 'reset' }, ...blocks) },
				finish,
			]);
			expect([cut, outcome.reason, workspace.files.size]).toEqual([cut, 'done', 0]);
		}
	});

	async function bodyLength(): Promise<number> {
		let length = 0;
		const measure = (body: Buffer): number => (length = body.length);
		await play([{ reply: wired({ cutAt: measure }, ...blocks) }, finish]);
		// Without the closing event, which would make it whole.
		return length - 'event: message_stop\ndata: {"type":"message_stop"}\n\n'.length;
	}

	it('gives up a connection that stays silent, and asks again', async () => {
		const { outcome, log } = await play(
			[{ reply: wired({ cutAt: 0, cut: 'hang' }, say('x')) }, finish],
			{ run: { clock: createImpatientClock() } },
		);
		expect(outcome.reason).toBe('done');
		expect(log.of('retrying')[0]?.reason).toMatch(/stopped sending/);
	});
});

/** Here also the watchdog's long wait is over, a moment after it began. */
function createImpatientClock() {
	let ahead = 0;
	return {
		now: () => Date.now() + ahead,
		sleep: async (ms: number, signal: AbortSignal) => {
			await new Promise((resolve) => setTimeout(resolve, ms > 100_000 ? 300 : 1));
			if (!signal.aborted) ahead += ms;
		},
	};
}

describe('calls that are not right', () => {
	const cases: readonly (readonly [string, ReturnType<typeof call>, string])[] = [
		[
			'truncated JSON',
			{ type: 'tool_use', name: 'write', input: {}, json: '{"path":"a","content":"x' },
			'not valid JSON',
		],
		[
			'a list as input',
			{ type: 'tool_use', name: 'write', input: [], json: '[1]' },
			'does not fit',
		],
		['a text as input', { type: 'tool_use', name: 'list', input: '', json: '"x"' }, 'does not fit'],
		['a missing field', call('write', { path: 'a' }), 'content'],
		['a field too much', call('list', { deep: true }), 'deep'],
		['an unknown tool', call('shell', { command: 'ls' }), 'There is no tool shell'],
		['a path outside', call('write', { path: '../a', content: 'x' }), 'path_invalid'],
		[
			'a rule that is no text',
			call('schema_plan', { create: [{ name: 'a', fields: [], rules: { list: true } }] }),
			'rules',
		],
	];
	it.each(cases)('%s', async (_name, block, words) => {
		const { outcome, workspace, log } = await play([
			{ reply: message(block) },
			{ expect: contains(words), reply: message(done) },
		]);
		expect(outcome.reason).toBe('done');
		expect(workspace.files.size).toBe(0);
		expect(log.of('tool_finished')[0]).toMatchObject({ ok: false });
	});

	it('never executes a call twice that comes twice with one id', async () => {
		const { workspace, log } = await play([
			{
				reply: message(
					call('write', { path: 'a.txt', content: 'one' }, 'same'),
					call('write', { path: 'b.txt', content: 'two' }, 'same'),
				),
			},
			{
				expect: contains('id that was used before'),
				reply: message(call('write', { path: 'c.txt', content: 'three' }, 'same')),
			},
			{ expect: contains('id that was used before'), reply: message(done) },
		]);
		expect([...workspace.files.keys()]).toEqual(['a.txt']);
		expect(log.of('tool_finished').map(({ ok }) => ok)).toEqual([true, false, false, true]);
	});

	it('throws away a call cut by the output limit and says how to go on', async () => {
		const { workspace, outcome, server } = await play([
			{
				reply: {
					kind: 'message',
					stopReason: 'max_tokens',
					blocks: [
						write('small.svelte'),
						{
							type: 'tool_use',
							name: 'write',
							input: {},
							json: '{"path":"big.svelte","content":"<p',
						},
					],
				},
			},
			{
				expect: contains('inside the call of write', 'Created small.svelte'),
				reply: message(done),
			},
		]);
		expect(outcome.reason).toBe('done');
		expect([...workspace.files.keys()]).toEqual(['small.svelte']);
		expect(server.requests.map(({ body }) => body.max_tokens)).toEqual([16_000, 32_000]);
	});

	it('does the same when nothing else came, and when it was never closed', async () => {
		const cut: Step = {
			reply: {
				kind: 'message',
				stopReason: 'max_tokens',
				blocks: [{ type: 'tool_use', name: 'write', input: {}, json: '{"pa', close: false }],
			},
		};
		const { outcome } = await play([cut, finish]);
		expect(outcome.reason).toBe('done');
		const limit = await play([cut, cut, cut]);
		expect(limit.outcome.reason).toBe('output_limit');
	});

	it('continues a paused answer with what it said', async () => {
		const { outcome } = await play([
			{ reply: { kind: 'message', blocks: [say('Wait.')], stopReason: 'pause_turn' } },
			{
				expect: (request) =>
					request.messages.at(-1)?.role === 'assistant' ? undefined : 'the pause was answered',
				reply: message(done),
			},
		]);
		expect(outcome.reason).toBe('done');
	});

	it('does not send blank text back, which the API refuses', async () => {
		const { outcome } = await play([
			{ reply: message(say(' \n'), call('list', {})) },
			{ reply: message(done) },
		]);
		expect(outcome.reason).toBe('done');
	});

	it('nudges after an empty answer', async () => {
		const { outcome } = await play([
			{ reply: message() },
			{ expect: contains('empty'), reply: message(done) },
		]);
		expect(outcome.reason).toBe('done');
	});
});

describe('runs that go in circles', () => {
	it('stops the same call with the same result the fourth time', async () => {
		const list: Step = { reply: message(call('list', {})) };
		const { outcome } = await play([
			list,
			list,
			list,
			{ ...list, expect: contains('Do something else') },
		]);
		expect(outcome.reason).toBe('loop');
	});

	it('stops the same error the third time', async () => {
		const read: Step = { reply: message(call('read', { path: 'none.txt' })) };
		const { outcome } = await play([read, read, { ...read, expect: contains('unchanged again') }]);
		expect(outcome.reason).toBe('repeated_failure');
	});

	it('stops when repairs do not help', async () => {
		const attempt = (index: number): Step => ({
			reply: message(
				...(index === 0 ? [] : [call('read', { path: 'src/App.svelte' })]),
				call('write', { path: 'src/App.svelte', content: `{#if x}\n<p>${index}</p>\n` }),
				call('check', {}),
			),
		});
		const { outcome } = await play([attempt(0), attempt(1), attempt(2)]);
		expect(outcome.reason).toBe('checks_failing');
		expect(outcome.card.evidence[0]).toMatchObject({ name: 'compile', outcome: 'fail' });
	});

	it('lets a run look again after each change', async () => {
		const steps: Step[] = Array.from({ length: 6 }, (_, index) => ({
			reply: message(write(`f${index}.svelte`), call('check', {})),
		}));
		const { outcome } = await play([...steps, finish]);
		expect(outcome.reason).toBe('done');
	});

	it('cuts text without end while it streams', async () => {
		const { outcome, log, server } = await play([
			{ reply: wired({ chunk: 2000, cut: 'hang' }, say('I am sorry. '.repeat(3000))) },
		]);
		expect(outcome.reason).toBe('runaway_output');
		expect(log.text.length).toBeLessThan(10_000);
		await expect(server.requests[0]?.ended).resolves.toBe('closed_by_client');
	});
});
