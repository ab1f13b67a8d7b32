import type { StartedRun } from '#lib/contracts/index.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { call, message, say } from '../../../../fixtures/messages-server/index.ts';
import { held, openAgentBench, type AgentBench } from '../support/agent.ts';

const done = message(say('Ready.'), call('done', { summary: ['Nothing to do'] }));
let bench: AgentBench;
afterEach(() => bench.close());

const texts = async (): Promise<readonly string[]> => {
	const { body } = await bench.of('GET', '/queue');
	return (body['items'] as unknown as { text: string }[]).map(({ text }) => text);
};
const asked = (index: number): string =>
	JSON.stringify(bench.model.requests[index]?.body.messages[0]);

describe('messages while a run works', () => {
	it('wait in order, can be changed, and start by themselves after done', async () => {
		const first = held(done);
		bench = await openAgentBench([{ reply: first.reply }, { reply: done }, { reply: done }]);
		const run = await bench.send('first');
		await first.reached;
		const waiting: StartedRun[] = [];
		for (const text of ['a', 'b', 'c', 'd']) waiting.push(await bench.send(text));
		expect(waiting.map(({ status, position }) => [status, position])).toEqual([
			['queued', 1],
			['queued', 2],
			['queued', 3],
			['queued', 4],
		]);
		const id = (i: number) => waiting[i]!.id;
		await bench.of('PATCH', `/queue/${id(2)}`, { position: 1, text: 'c!' });
		await bench.of('DELETE', `/queue/${id(1)}`);
		await bench.of('PATCH', `/queue/${id(0)}`, { position: 99 });
		await bench.of('DELETE', `/queue/${id(3)}`);
		expect(await texts()).toEqual(['c!', 'a']);
		expect((await bench.of('GET', '/queue')).body['paused']).toBeNull();
		first.release();
		await bench.follow(run.id);
		// The id of a message is the id of its run; whoever sees the end of one finds the next.
		await bench.follow(id(2));
		await bench.follow(id(0));
		expect([asked(0), asked(1), asked(2)].map((text) => /"(first|a|c!)"/.exec(text)?.[1])).toEqual([
			'first',
			'c!',
			'a',
		]);
		expect(await texts()).toEqual([]);
		bench.model.assertDone();
	});

	const answers: readonly [string, string, unknown, number, string][] = [
		['PATCH', '/queue/nothing', { text: 'x' }, 404, 'message_not_found'],
		['DELETE', '/queue/nothing', undefined, 404, 'message_not_found'],
		['PATCH', '/queue/nothing', {}, 400, 'invalid_request'],
		['PATCH', '/queue/nothing', { position: 0 }, 400, 'invalid_request'],
		['POST', '/runs', { text: 'x', clientId: 'no spaces' }, 400, 'invalid_request'],
		['POST', '/runs/nothing/resend', { text: 'x' }, 404, 'run_not_found'],
		['POST', '/runs/nothing/retry', {}, 404, 'run_not_found'],
		['POST', '/runs/nothing/continue', {}, 404, 'run_not_found'],
	];
	it('answers what cannot be', async () => {
		bench = await openAgentBench([]);
		for (const [method, path, json, status, code] of answers) {
			const answer = await bench.of(method, path, json);
			expect([path, answer.status, answer.body['data']?.['code']]).toEqual([path, status, code]);
		}
	});

	it('are at most 50', async () => {
		const first = held(done);
		bench = await openAgentBench([{ reply: first.reply }]);
		await bench.send('first');
		await first.reached;
		for (let i = 0; i < 50; i++) await bench.send(`m${String(i)}`);
		const { status, body } = await bench.of('POST', '/runs', { text: 'one too many' });
		expect([status, body['data']?.['code']]).toEqual([409, 'queue_full']);
	});

	it('are accepted once, however often they are sent', async () => {
		const first = held(done);
		bench = await openAgentBench([{ reply: first.reply }, { reply: done }]);
		const both = await Promise.all([
			bench.send('first', { clientId: 'one' }),
			bench.send('first', { clientId: 'one' }),
		]);
		expect(both[0].id).toBe(both[1].id);
		const queued = await bench.send('second', { clientId: 'two' });
		expect(await bench.send('second', { clientId: 'two' })).toEqual(queued);
		expect(await texts()).toEqual(['second']);
		first.release();
		await bench.follow(both[0].id);
		await bench.follow(queued.id);
		expect(await bench.send('second', { clientId: 'two' })).toMatchObject({
			id: queued.id,
			status: 'started',
		});
		expect((await bench.of('GET', '/runs')).body['items']).toHaveLength(2);
		bench.model.assertDone();
	});
});

describe('a queue behind a run that did not end well', () => {
	it('waits for the person after a stop, lets a new message by, and goes on when told', async () => {
		const first = held(done);
		bench = await openAgentBench([{ reply: first.reply }, { reply: done }, { reply: done }]);
		const run = await bench.send('first');
		await first.reached;
		const waiting = await bench.send('waits');
		await bench.of('POST', `/runs/${run.id}/stop`, {});
		first.release();
		expect((await bench.of('GET', '/queue')).body).toMatchObject({
			items: [{ id: waiting.id }],
			paused: { reason: 'stopped_by_user' },
		});
		const between = await bench.send('between');
		expect(between.status).toBe('started');
		await bench.follow(between.id);
		expect(await texts()).toEqual(['waits']);
		await bench.of('POST', '/queue/resume', {});
		expect((await bench.follow(waiting.id)).at(-1)).toMatchObject({ reason: 'done' });
		bench.model.assertDone();
	});

	it('is kept by a restart: paused after what was cut off, going on after what was done', async () => {
		const first = held(done);
		bench = await openAgentBench([{ reply: first.reply }, { reply: done }]);
		await bench.send('first');
		await first.reached;
		const waiting = await bench.send('waits');
		await bench.installation.close(true);
		first.release();
		const again = (bench = await bench.reopen());
		expect((await again.of('GET', '/queue')).body).toMatchObject({
			items: [{ id: waiting.id }],
			paused: { reason: 'interrupted' },
		});
		await again.of('POST', '/queue/resume', {});
		expect((await again.follow(waiting.id)).at(-1)).toMatchObject({ reason: 'done' });
	});
});

describe('sending again', () => {
	const write = (content: string) =>
		message(call('write', { path: 'notes.md', content }), call('list', {}));
	const file = async (): Promise<string> => (await bench.of('GET', '/files/notes.md')).text;

	it('with other words undoes the run and what came after it, and later turns do not know of them', async () => {
		bench = await openAgentBench([
			{ reply: write('one\n') },
			{ reply: done },
			{ reply: message(call('read', { path: 'notes.md' })) },
			{ reply: write('two\n') },
			{ reply: done },
			{ reply: done },
		]);
		const first = await bench.send('make one');
		await bench.follow(first.id);
		const second = await bench.send('make two');
		await bench.follow(second.id);
		expect(await file()).toBe('two\n');
		const again = await bench.begin(`/runs/${first.id}/resend`, { text: 'make it blue' });
		await bench.follow(again.id);
		expect((await bench.of('GET', '/files/notes.md')).status).toBe(404);
		expect((await bench.of('GET', '/runs')).body['items']).toMatchObject([
			{ id: first.id, superseded: true },
			{ id: second.id, superseded: true },
			{ id: again.id, superseded: false, kind: 'resend', of: first.id },
		]);
		expect(JSON.stringify(bench.model.requests.at(-1)?.body.messages)).not.toMatch(
			/make (one|two)/,
		);
		bench.model.assertDone();
	});

	it('the same words, or going on, works on what is there', async () => {
		bench = await openAgentBench([
			{ reply: write('one\n') },
			{ reply: { kind: 'status', status: 401, type: 'authentication_error', message: 'no' } },
			{ reply: done },
			{ reply: { kind: 'status', status: 401, type: 'authentication_error', message: 'no' } },
			{ reply: done },
		]);
		const first = await bench.send('make one');
		expect((await bench.follow(first.id)).at(-1)).toMatchObject({ reason: 'key_rejected' });
		const retry = await bench.begin(`/runs/${first.id}/retry`, {});
		expect((await bench.follow(retry.id)).at(-1)).toMatchObject({ reason: 'done' });
		expect(await file()).toBe('one\n');
		const third = await bench.send('more');
		await bench.follow(third.id);
		const on = await bench.begin(`/runs/${third.id}/continue`, {});
		await bench.follow(on.id);
		expect((await bench.of('GET', '/runs')).body['items']).toMatchObject([
			{ id: first.id, superseded: false },
			{ kind: 'retry', of: first.id, text: 'make one' },
			{ id: third.id },
			{ kind: 'continue', of: third.id },
		]);
		const refused = await bench.of('POST', `/runs/${on.id}/continue`, {});
		expect(refused.body['data']?.['code']).toBe('run_is_done');
		bench.model.assertDone();
	});
});
