import { describe, expect, it } from 'vitest';
import {
	call,
	contains,
	message,
	refuse,
	say,
	startMessagesServer,
	type Step,
} from '../../../../../fixtures/messages-server/index.ts';
import { play } from '../support/play.ts';
import { wired } from './messages-rows.ts';

const done = call('done', { summary: ['Finished'] });
const write = (path: string): ReturnType<typeof call> =>
	call('write', { path, content: `<p>${path}</p>\n` });
const finish: Step = { reply: message(done) };

describe('keys and addresses', () => {
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

describe('an answer that is cut', () => {
	const blocks = [say('Größe “ok” 👩‍🚀 \\u00e9'), write('ä.svelte'), write('b.svelte')] as const;

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

	async function bodyLength(): Promise<number> {
		let length = 0;
		const measure = (body: Buffer): number => (length = body.length);
		await play([{ reply: wired({ cutAt: measure }, ...blocks) }, finish]);
		// Without the closing event, which would make it whole.
		return length - 'event: message_stop\ndata: {"type":"message_stop"}\n\n'.length;
	}
});

describe('what a run does not do', () => {
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

	it('does not send blank text back, which the API refuses', async () => {
		const { outcome } = await play([
			{ reply: message(say(' \n'), call('list', {})) },
			{ reply: message(done) },
		]);
		expect(outcome.reason).toBe('done');
	});
});

describe('runs that go in circles', () => {
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
});
