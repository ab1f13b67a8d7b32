import { afterEach, describe, expect, it } from 'vitest';
import { callList } from '../../../../../src/lib/contracts/index.ts';
import { sql } from '../../../../../src/lib/server/backends.ts';
import {
	applyLastPlan,
	call,
	contains,
	message,
	say,
} from '../../../../fixtures/messages-server/index.ts';
import { held, openAgentBench, type AgentBench } from '../support/agent.ts';

const done = message(say('Ready.'), call('done', { summary: ['Done'] }));
let bench: AgentBench;
afterEach(() => bench.close());
const file = async (path: string): Promise<string> =>
	(await bench.of('GET', `/files/${path}`)).text;

describe('a hand edit during a turn', () => {
	it('is never overwritten: the run is told what stands there now', async () => {
		const edit = (from: string, to: string) => call('edit', { path: 'a.md', old: from, new: to });
		const conflict = held(message(edit('one', 'agent')));
		const whole = held(message(call('write', { path: 'a.md', content: 'agent\n' })));
		const gone = held(message(call('delete', { path: 'b.md' })));
		bench = await openAgentBench([
			{ reply: message(call('read', { path: 'a.md' }), call('read', { path: 'b.md' })) },
			{ reply: conflict.reply },
			{ expect: contains('changed by somebody else', '1|person one'), reply: whole.reply },
			{ expect: contains('changed by somebody else', '1|person two'), reply: gone.reply },
			{ expect: contains('changed by somebody else'), reply: message(edit('person two', 'both')) },
			{ reply: done },
		]);
		const put = async (path: string, text: string): Promise<void> => {
			const owner = { authorization: bench.owner };
			const answer = await bench.installation.ask(`/tinykit/api/apps/${bench.app}/files/${path}`, {
				method: 'PUT',
				headers: owner,
				body: text,
			});
			expect(answer.status).toBeLessThan(300);
		};
		await put('a.md', 'one\n');
		await put('b.md', 'b\n');
		const run = await bench.send('Change it.');
		await conflict.reached;
		await put('a.md', 'person one\n');
		conflict.release();
		await whole.reached;
		expect(await file('a.md')).toBe('person one\n');
		await put('a.md', 'person two\n');
		whole.release();
		await gone.reached;
		expect(await file('a.md')).toBe('person two\n');
		await put('b.md', 'b of a person\n');
		gone.release();
		await bench.follow(run.id);
		expect(await file('b.md')).toBe('b of a person\n');
		expect(await file('a.md')).toBe('both\n');
		bench.model.assertDone();
	});
});

describe('the kill switch', () => {
	it('ends every run also when the disk does not take it', async () => {
		const never = held(done);
		bench = await openAgentBench([{ reply: never.reply }]);
		const working = await bench.send('work');
		await never.reached;
		const { store } = bench.installation.runtime.backends.builder.app;
		await store.write((tx) =>
			tx.run(
				sql`CREATE TRIGGER refuse BEFORE INSERT ON _tk_state BEGIN SELECT RAISE(ABORT, 'full'); END`,
			),
		);
		expect((await bench.ask('POST', '/agent/stop-all', {})).status).toBe(500);
		expect((await bench.of('GET', `/runs/${working.id}`)).body).toMatchObject({
			status: 'ended',
			reason: 'kill_switch',
		});
	});

	it('ends every run within a second, and none starts until an owner says so', async () => {
		const never = held(done);
		bench = await openAgentBench([
			{ reply: never.reply },
			{ reply: message(call('ask', { questions: [{ id: 'a', title: 'Sure?', type: 'yes_no' }] })) },
			{ reply: done },
		]);
		const editor = await bench.installation.account('editor@example.com', 'editor');
		const working = await bench.send('work');
		await never.reached;
		const other = (await bench.ask('POST', '/apps', { name: 'Other', prompt: 'ask' }))
			.body as unknown as {
			slug: string;
			run: { id: string };
		};
		while (
			((await bench.ask('GET', `/apps/${other.slug}/runs/${other.run.id}`)).body[
				'status'
			] as unknown) !== 'waiting'
		)
			await new Promise((resolve) => setTimeout(resolve, 10));
		const waiting = await bench.send('waits');
		expect((await bench.ask('POST', '/agent/stop-all', {}, editor)).status).toBe(403);
		const started = performance.now();
		expect((await bench.ask('POST', '/agent/stop-all', {})).body).toMatchObject({ stopped: true });
		expect(performance.now() - started).toBeLessThan(1000);
		expect(await bench.model.requests[0]!.ended).toBe('closed_by_client');
		expect((await bench.follow(working.id)).at(-1)).toMatchObject({ reason: 'kill_switch' });
		expect((await bench.ask('GET', `/apps/${other.slug}/runs/${other.run.id}`)).body).toMatchObject(
			{
				status: 'ended',
				reason: 'kill_switch',
			},
		);
		await bench.installation.close(true);
		bench = await bench.reopen();
		for (const [where, json] of [
			['/agent', { stopped: true }],
			['/settings', { agent: { stopped: true } }],
		] as const)
			expect((await bench.ask('GET', where, undefined, editor)).body).toMatchObject(json);
		const path = `/runs/${working.id}`;
		for (const [method, where, json] of [
			['POST', '/runs', { text: 'x' }],
			['POST', `${path}/retry`, {}],
			['POST', `${path}/continue`, {}],
			['POST', `${path}/resend`, { text: 'x' }],
			['POST', '/queue/resume', {}],
		] as const)
			expect([where, (await bench.of(method, where, json)).body['data']?.['code']]).toEqual([
				where,
				'agents_stopped',
			]);
		expect((await bench.ask('POST', '/agent/start', {}, editor)).status).toBe(403);
		expect((await bench.ask('POST', '/agent/start', {})).body).toMatchObject({ stopped: false });
		expect((await bench.of('GET', '/queue')).body).toMatchObject({
			items: [{ id: waiting.id }],
			paused: { reason: 'kill_switch' },
		});
		await bench.of('POST', '/queue/resume', {});
		expect((await bench.follow(waiting.id)).at(-1)).toMatchObject({ reason: 'done' });
		never.release();
		bench.model.assertDone();
	});
});

describe('budgets', () => {
	const costly = {
		...message(call('list', {})),
		usage: { input_tokens: 600, output_tokens: 100 },
	} as const;
	const cases: readonly [string, object, string][] = [
		['of the app', { appTokens: 1000 }, 'app_budget'],
		['of the day', { dayTokens: 1000 }, 'day_budget'],
		['of the app in money', { appUsd: 0.001 }, 'app_budget'],
		['of the day in money', { dayUsd: 0.001 }, 'day_budget'],
	];
	it.each(cases)('%s are asked before each call', async (_, budget, reason) => {
		bench = await openAgentBench([{ reply: costly }, { reply: costly }, { reply: costly }]);
		await bench.ask('PATCH', '/settings', {
			prices: [{ model: 'test-model', input: 1, output: 1, cacheRead: 1, cacheWrite: 1 }],
		});
		const editor = await bench.installation.account('editor@example.com', 'editor');
		expect((await bench.ask('PATCH', '/settings', { budgets: budget }, editor)).status).toBe(403);
		expect((await bench.ask('PATCH', '/settings', { budgets: budget })).body).toMatchObject({
			agent: { stopped: false, budgets: budget },
		});
		const run = await bench.send('Go on and on.');
		expect((await bench.follow(run.id)).at(-1)).toMatchObject({ reason });
		expect(bench.model.requests).toHaveLength(2);
		expect((await bench.of('GET', '/spent')).body).toMatchObject({
			app: { tokens: 1400 },
			today: { tokens: 1400 },
		});
		// The next run may not even begin to spend.
		const next = await bench.send('More.');
		expect((await bench.follow(next.id)).at(-1)).toMatchObject({ reason });
		expect(bench.model.requests).toHaveLength(2);
		await bench.ask('PATCH', '/settings', {
			budgets: Object.fromEntries(Object.keys(budget).map((key) => [key, null])),
		});
		const third = await bench.send('Again.');
		await bench.event(third.id, 'usage');
		expect(bench.model.requests).toHaveLength(3);
	});
});

describe('the log of calls', () => {
	it('holds every call once with hashes, and cannot be changed', async () => {
		bench = await openAgentBench([
			{
				reply: message(
					call('list', {}, 'a'),
					call('read', { path: '../etc/passwd' }, 'b'),
					call('nothing', {}, 'c'),
				),
			},
			{ reply: done },
		]);
		const run = await bench.send('Look.');
		await bench.follow(run.id);
		const { body } = await bench.of('GET', '/calls');
		const { items } = callList.parse(body);
		expect(
			items.map(({ tool, ok, callId }) => `${callId.slice(0, 8)} ${tool} ${String(ok)}`).sort(),
		).toEqual(['a list true', 'b read false', 'c nothing false', 'scripted done true']);
		expect(items).toHaveLength(4);
		const { id } = (await bench.ask('GET', '/me')).body;
		for (const item of items) {
			expect(item).toMatchObject({ runId: run.id, by: id, app: bench.app });
			for (const hash of ['promptHash', 'argsHash', 'resultHash'] as const)
				expect(item[hash]).toMatch(/^[0-9a-f]{64}$/);
		}
		expect(new Set(items.map(({ promptHash }) => promptHash)).size).toBe(1);
		const last = items[1]!.seq;
		const older = (await bench.of('GET', `/calls?before=${String(last)}`)).body['items'];
		expect(older).toHaveLength(2);
		const { store } = bench.installation.runtime.backends.builder.app;
		for (const change of [sql`UPDATE _tk_calls SET ok = 1`, sql`DELETE FROM _tk_calls`])
			await expect(store.write((tx) => tx.run(change))).rejects.toThrow();
		// It outlives its app.
		await bench.ask('DELETE', `/apps/${bench.app}`);
		expect(await store.get(sql`SELECT count(*) AS n FROM _tk_calls`)).toEqual({ n: 4 });
	});
});

describe('an approval', () => {
	const fields = [{ name: 'title', type: 'text' }];
	const script = [
		{
			reply: message(
				call('schema_plan', { create: [{ name: 'notes', fields, rules: { list: '' } }] }),
			),
		},
		{ reply: applyLastPlan },
		{ reply: message(call('schema_plan', { update: [{ name: 'notes', rules: { delete: '' } }] })) },
		{ reply: applyLastPlan },
		{ reply: done },
	];
	it('is given with a member token of an editor or owner and with nothing else', async () => {
		bench = await openAgentBench(script);
		const { installation } = bench;
		const run = await bench.send('Open it.');
		const { approvalId } = await bench.event(run.id, 'approval_requested');
		const path = `/approvals/${approvalId}`;
		const tokens: readonly [string, string, number][] = [
			['none', '', 401],
			['rubbish', 'agent', 401],
			['a provider key', 'test-key', 401],
			['a viewer', await installation.account('viewer@example.com', 'viewer'), 403],
			['somebody without a role', await installation.account('nobody@example.com'), 403],
			['a superuser of the builder', await installation.superuser(), 401],
		];
		for (const [who, token, status] of tokens) {
			const answer = await bench.of('POST', path, { accept: true }, token);
			expect([who, answer.status]).toEqual([who, status]);
		}
		expect((await bench.of('GET', '/approvals')).body['items']).toMatchObject([
			{ status: 'pending' },
		]);
		const editor = await installation.account('editor@example.com', 'editor');
		expect((await bench.of('POST', path, { accept: true }, editor)).status).toBe(200);
		expect((await bench.follow(run.id)).at(-1)).toMatchObject({ reason: 'done' });
		expect((await bench.of('GET', '/approvals')).body['items']).toMatchObject([
			{ status: 'accepted' },
		]);
		// What the click did can be taken back with the turn.
		const deleteRule = (): Promise<string | null | undefined> =>
			installation.runtime.backends.use(bench.app, 'draft', (draft) =>
				Promise.resolve(draft.app.catalog.find('notes')?.deleteRule),
			);
		expect(await deleteRule()).toBe('');
		const undone = await bench.of('POST', `/history/${String(await beforeOf(run.id))}/restore`, {
			parts: ['schema'],
		});
		expect(undone.status).toBe(200);
		expect(await deleteRule()).not.toBe('');
		bench.model.assertDone();
	});
});

/** The restore point from before a run. */
async function beforeOf(run: string): Promise<string | null> {
	return (await bench.installation.runtime.runs.get(bench.app, run)).before;
}
