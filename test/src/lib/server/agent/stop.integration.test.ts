import { describe, expect, it } from 'vitest';
import { call, message, say } from '../../../../fixtures/messages-server/index.ts';
import { play } from './support/play.ts';

describe('stopping a run', () => {
	it('during a stream: the connection is seen to close, and nothing of the answer is executed', async () => {
		const stop = new AbortController();
		const { outcome, log, workspace, server } = await play(
			[
				{
					reply: {
						kind: 'message',
						blocks: [say('I begin. '.repeat(40)), call('write', { path: 'a', content: 'x' })],
						wire: { cutAt: (body) => body.length - 60, cut: 'hang' },
					},
				},
			],
			{
				run: { signal: stop.signal },
				prepare: ({ log: sink }) =>
					(sink.onEvent = (event) => {
						if (event.type === 'text') stop.abort();
					}),
			},
		);
		expect(outcome.reason).toBe('stopped_by_user');
		expect(workspace.files.size).toBe(0);
		expect(log.events.at(-1)).toMatchObject({ type: 'stopped', reason: 'stopped_by_user' });
		await expect(server.requests[0]?.ended).resolves.toBe('closed_by_client');
	});

	it('while it waits for a provider, for the reason given', async () => {
		const stop = new AbortController();
		const { outcome } = await play(
			[{ reply: { kind: 'status', status: 529, type: 'overloaded_error', message: '' } }],
			{
				run: { signal: stop.signal },
				prepare: ({ log }) =>
					(log.onEvent = (event) => {
						if (event.type === 'retrying') stop.abort('kill_switch');
					}),
			},
		);
		expect(outcome.reason).toBe('kill_switch');
	});

	it('while a person is asked, also when the port does not listen', async () => {
		const stop = new AbortController();
		const { outcome, log, schema } = await play(
			[
				{ reply: message(call('schema_plan', { delete: ['posts'] })) },
				{ reply: message(call('schema_apply', { plan: 'plan1' }), call('list', {})) },
			],
			{
				run: { signal: stop.signal },
				prepare: ({ schema: port }) =>
					(port.decide = () => {
						setTimeout(() => stop.abort('interrupted'), 5);
						return new Promise(() => undefined);
					}),
			},
		);
		expect(outcome.reason).toBe('interrupted');
		expect(schema.applied).toEqual([]);
		expect(log.of('tool_finished').at(-1)).toMatchObject({ ok: false, summary: 'stopped' });
		expect(log.of('tool_started').map(({ name }) => name)).toEqual(['schema_plan', 'schema_apply']);
	});

	it('before it began: nobody is asked', async () => {
		const stop = new AbortController();
		stop.abort();
		const { outcome, server } = await play([], { run: { signal: stop.signal } });
		expect(outcome.reason).toBe('stopped_by_user');
		expect(server.requests).toHaveLength(0);
	});
});
