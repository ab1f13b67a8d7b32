import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sql } from '../../../../../src/lib/server/backends.ts';
import { call, contains, message, say } from '../../../../fixtures/messages-server/index.ts';
import { held, openAgentBench, type AgentBench } from '../support/agent.ts';

const value = 'sk_live_4f/9a+"quoted" é';
const forms = [
	value,
	JSON.stringify(value).slice(1, -1),
	Buffer.from(value).toString('base64'),
	Buffer.from(value).toString('base64url'),
	Buffer.from(value).toString('hex'),
	encodeURIComponent(value),
];
const done = message(say('Ready.'), call('done', { summary: ['Done'] }));
const wanted = { name: 'PAY_KEY', purpose: 'To take payments.', hosts: ['api.pay.example'] };

let bench: AgentBench;
afterEach(() => bench.close());

/** Every byte below a directory. */
async function everything(dir: string): Promise<string> {
	const entries = await readdir(dir, { recursive: true, withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile());
	const texts = await Promise.all(
		files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')),
	);
	return texts.join('\n');
}
const found = (text: string): readonly string[] =>
	forms.filter(
		(form) => text.includes(form) || text.includes(Buffer.from(form).toString('latin1')),
	);

describe('a secret', () => {
	it('is asked for by name, entered by a person, and never told', async () => {
		bench = await openAgentBench([
			{ reply: message(call('request_secret', wanted, 'want')) },
			{
				expect: contains('The secret PAY_KEY is set.'),
				reply: message(call('request_secret', wanted)),
			},
			{ expect: contains('is set already, for api.pay.example'), reply: done },
		]);
		const run = await bench.send('Take payments.');
		const { waitingFor, questionId } = await bench.event(run.id, 'question_asked');
		expect(waitingFor).toEqual({ kind: 'secret', ...wanted });
		const answered = await bench.of('POST', `/questions/${questionId}`, { answers: {} });
		expect(answered.status).toBe(400);
		await bench.installation.close(true);
		bench = await bench.reopen();
		expect((await bench.of('PUT', '/secrets/PAY_KEY', { value })).status).toBe(204);
		const events = await bench.follow(run.id);
		expect(events.at(-1)).toMatchObject({ reason: 'done' });
		expect((await bench.of('GET', '/secrets')).body['items']).toMatchObject([
			{ name: 'PAY_KEY', hosts: ['api.pay.example'], lost: false },
		]);
		for (const text of [
			JSON.stringify(events),
			bench.model.requests.map((request) => request.text).join('\n'),
			(await bench.of('GET', '/secrets')).text,
			(await bench.of('GET', '/questions')).text,
			(await bench.of('GET', '/calls')).text,
			bench.installation.logged.join('\n'),
		])
			expect(found(text)).toEqual([]);
		await bench.installation.close(true);
		expect(found(await everything(bench.installation.dir))).toEqual([]);
		bench = await bench.reopen();
		bench.model.assertDone();
	});

	const refused: readonly [string, string, unknown, number][] = [
		['PUT', '/secrets/lower', { value }, 400],
		['PUT', '/secrets/1A', { value }, 400],
		['PUT', `/secrets/${'A'.repeat(64)}`, { value }, 400],
		['PUT', '/secrets/A', { value: 'short' }, 400],
		['PUT', '/secrets/A', { value, hosts: ['http://x.example'] }, 400],
		['PUT', '/secrets/A', { value, hosts: ['10.0.0.1'] }, 400],
		['PUT', '/secrets/A', { value, hosts: ['*.example'] }, 400],
		['DELETE', '/secrets/A', undefined, 404],
		['GET', '/secrets/A', undefined, 501],
	];
	it('is write-only, and only for members who may', async () => {
		bench = await openAgentBench([]);
		for (const [method, path, json, status] of refused)
			expect([method, path, (await bench.of(method, path, json)).status]).toEqual([
				method,
				path,
				status,
			]);
		const viewer = await bench.installation.account('viewer@example.com', 'viewer');
		expect((await bench.of('PUT', '/secrets/A', { value }, viewer)).status).toBe(403);
		expect(
			(await bench.of('PUT', '/secrets/A', { value, hosts: ['b.example', 'a.example'] })).status,
		).toBe(204);
		expect((await bench.of('GET', '/secrets', undefined, viewer)).body['items']).toMatchObject([
			{ name: 'A', hosts: ['a.example', 'b.example'] },
		]);
		// Bound to its hosts and its app: a row that was tampered with cannot be opened.
		const { store } = bench.installation.runtime.backends.builder.app;
		await store.write((tx) => tx.run(sql`UPDATE _tk_app_secrets SET hosts = '["evil.example"]'`));
		expect((await bench.of('GET', '/secrets')).body['items']).toMatchObject([{ lost: true }]);
		expect((await bench.of('DELETE', '/secrets/A')).status).toBe(204);
		expect((await bench.of('GET', '/secrets')).body['items']).toEqual([]);
	});

	it('is taken out of whatever reaches a prompt or an event, in every form it travels in', async () => {
		const second = held(
			message(call('grep', { query: 'sk_live' }), call('read', { path: 'b.md' })),
		);
		bench = await openAgentBench([
			{ reply: message(call('read', { path: 'a.md' }), call('list', {})) },
			{ reply: second.reply },
			{ reply: done },
		]);
		await bench.of('PUT', '/secrets/PAY_KEY', { value, hosts: ['api.pay.example'] });
		const inside = [...forms, Buffer.from(`user:${value}`).toString('base64'), 'test-key'];
		const workspace = bench.installation.runtime.workspace(bench.app);
		await workspace.write('a.md', `${inside.join('\n')}\n`);
		await workspace.write('b.md', `key=${encodeURIComponent(value)}\n`);
		const run = await bench.send(`Use ${value}, please.`);
		await second.reached;
		second.release();
		const events = await bench.follow(run.id);
		expect(events.at(-1)).toMatchObject({ reason: 'done' });
		const told = bench.model.requests.map(({ text }) => text).join('\n');
		expect(told).toContain('[secret PAY_KEY]');
		expect(told).toContain('[secret key]');
		expect(found(told + JSON.stringify(events))).toEqual([]);
		expect(told).not.toContain('test-key');
		expect(told).not.toContain(Buffer.from(`user:${value}`).toString('base64').slice(8, 20));
		bench.model.assertDone();
	});
});
