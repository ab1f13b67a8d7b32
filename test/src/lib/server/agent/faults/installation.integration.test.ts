import Database from 'better-sqlite3';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sql } from '../../../../../../src/lib/server/backends.ts';
import {
	applyLastPlan,
	call,
	contains,
	message,
	say,
	type Reply,
	type Step,
} from '../../../../../fixtures/messages-server/index.ts';
import { held, openAgentBench, type AgentBench } from '../../support/agent.ts';
import { realRows } from './real-rows.ts';

const done = message(call('done', { summary: ['Done'] }));
let bench: AgentBench;
afterEach(() => bench.close());
const below = (...parts: readonly string[]): string => join(bench.installation.dir, ...parts);
const file = async (path: string): Promise<string> =>
	(await bench.of('GET', `/files/${path}`)).text;

describe('F20 places no tool reaches', () => {
	const { outside } = realRows;
	const steps = outside.map(({ name, path, tool }, at): Step => {
		const input = {
			write: { path, content: 'breached' },
			read: { path },
			delete: { path },
			edit: { path, old: 'secret', new: 'breached' },
			rename: { from: 'src/App.svelte', to: path },
		}[tool];
		// Another call beside it: many refusals in a row would end the run.
		return {
			name,
			reply: message(call(tool, input), call('grep', { query: `nothing ${at}` })),
		};
	});
	const wanted = outside.map(({ code }) => contains(`[${code}]`));
	/** Each expectation belongs to the request after its call. */
	const shifted = [...steps, { reply: done }].map((step, at) =>
		at === 0 ? step : { ...step, expect: wanted[at - 1] ?? (() => undefined) },
	);

	it.each(['first step', 'after a write'])('%s', async (place) => {
		const first: Step = { reply: message(call('write', { path: 'kept.txt', content: 'kept' })) };
		bench = await openAgentBench(place === 'first step' ? shifted : [first, ...shifted], {});
		const root = below('workspace', bench.app);
		await writeFile(below('outside.txt'), 'secret');
		await mkdir(below('outside'), { recursive: true });
		await writeFile(below('outside', 'inner.txt'), 'secret');
		await symlink(below('outside.txt'), join(root, 'link.txt'));
		await symlink(below('outside'), join(root, 'folder'));
		await writeFile(join(root, 'binary.bin'), Buffer.from([0, 1, 2, 255, 254]));
		const tree = async (): Promise<readonly string[]> =>
			(await readdir(below(), { recursive: true }))
				.filter((path) => !/^(data|backups|config)\b/.test(path) && !/\.git|history/.test(path))
				.sort();
		const before = await tree();
		const run = await bench.send('Look around.');
		const events = await bench.follow(run.id);
		bench.model.assertDone();
		expect(events.at(-1)).toMatchObject({ reason: 'done' });
		expect(await tree()).toEqual(
			place === 'first step'
				? before
				: [...before, join('workspace', bench.app, 'kept.txt')].sort(),
		);
		for (const path of ['outside.txt', 'outside/inner.txt'])
			expect(await readFile(below(path), 'utf8')).toBe('secret');
		expect(await readFile(join(root, 'binary.bin'))).toEqual(Buffer.from([0, 1, 2, 255, 254]));
		const calls = events.flatMap((event) => (event.type === 'tool_finished' ? [event] : []));
		expect(calls.filter(({ ok }) => !ok)).toHaveLength(outside.length);
		bench.model.assertDone();
	});

	it.each(realRows.contents.map((row) => [row.name, row] as const))(
		'%s',
		async (_name, { input, told, ends }) => {
			bench = await openAgentBench([
				{ reply: message(call('write', input)) },
				...(ends === 'done' ? [{ expect: contains(told), reply: done }] : []),
			]);
			const run = await bench.send('Write it.');
			const events = await bench.follow(run.id);
			expect(events.at(-1)).toMatchObject({ reason: ends });
			const calls = events.flatMap((event) => (event.type === 'tool_finished' ? [event] : []));
			expect(calls.filter(({ name, ok }) => name === 'write' && ok)).toEqual([]);
			const { body } = await bench.of('GET', '/files');
			expect(JSON.stringify(body)).not.toContain('big');
			bench.model.assertDone();
		},
	);
});

describe('F23 a tab that is closed', () => {
	it('does not stop the run, and a new one sees all of it', async () => {
		const last = held(done);
		bench = await openAgentBench([
			{ reply: message(say('I begin.'), call('write', { path: 'a.txt', content: 'a' })) },
			{ reply: last.reply },
		]);
		const run = await bench.send('Go.');
		await bench.follow(run.id, ({ type }) => type === 'text');
		await last.reached;
		last.release();
		const events = await bench.follow(run.id);
		expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
		expect(events.at(-1)).toMatchObject({ reason: 'done' });
		expect(await file('a.txt')).toBe('a');
	});
});

describe('F25 a database that cannot be written', () => {
	const fields = [{ name: 'title', type: 'text' }];
	const plan = message(
		call('schema_plan', { create: ['aaa', 'posts'].map((name) => ({ name, fields })) }),
	);
	const collections = async (): Promise<readonly string[]> => {
		const { body } = await bench.of('GET', '/schema');
		return JSON.stringify(body).match(/"(aaa|posts)"/g) ?? [];
	};
	const drafts = (): InstanceType<typeof Database> =>
		new Database(below('data', 'apps', bench.app, 'draft', 'data.db'));
	const script = (broken: () => Reply | Promise<Reply>, told: string): readonly Step[] => [
		{ reply: message(call('write', { path: 'kept.txt', content: 'kept' })) },
		{ reply: plan },
		{
			reply: async (request) => {
				await broken();
				return applyLastPlan(request);
			},
		},
		{ expect: contains(told), reply: done },
	];

	it('locked by another process', async () => {
		let other: InstanceType<typeof Database> | undefined;
		bench = await openAgentBench(
			script(() => {
				other = drafts();
				other.exec('BEGIN IMMEDIATE');
				return done;
			}, 'Another process holds the database'),
		);
		const run = await bench.send('Make posts.');
		const events = await bench.follow(run.id);
		other?.exec('ROLLBACK');
		other?.close();
		expect(events.at(-1)).toMatchObject({ reason: 'done' });
		expect(await collections()).toEqual([]);
		expect(await file('kept.txt')).toBe('kept');
		bench.model.assertDone();
	});

	it('half way through a change: the first collection goes with the second', async () => {
		bench = await openAgentBench(
			script(() => {
				const other = drafts();
				other.exec('CREATE TABLE posts (x)');
				other.close();
				return done;
			}, 'The collections are as before'),
		);
		const run = await bench.send('Make posts.');
		expect((await bench.follow(run.id)).at(-1)).toMatchObject({ reason: 'done' });
		expect(await collections()).toEqual([]);
		const other = drafts();
		expect(other.prepare("SELECT name FROM sqlite_master WHERE name = 'aaa'").all()).toEqual([]);
		other.close();
		bench.model.assertDone();
	});

	it('full', async () => {
		bench = await openAgentBench(
			script(async () => {
				await bench.installation.runtime.backends.use(bench.app, 'draft', ({ app }) =>
					app.store.write((tx) => tx.get(sql`PRAGMA max_page_count = 1`)),
				);
				return done;
			}, 'The disk is full'),
		);
		const run = await bench.send('Make posts.');
		expect((await bench.follow(run.id)).at(-1)).toMatchObject({ reason: 'done' });
		expect(await collections()).toEqual([]);
		bench.model.assertDone();
	});
});

describe('F26 two messages for one app', () => {
	it('work one after the other, whole', async () => {
		const write = (path: string): Reply =>
			message(
				call('write', { path, content: path }),
				call('write', { path: `${path}2`, content: path }),
			);
		const first = held(write('one'));
		bench = await openAgentBench([
			{ reply: first.reply },
			{ reply: done },
			{ reply: write('two') },
			{ reply: done },
		]);
		const a = await bench.send('One.');
		await first.reached;
		const b = await bench.send('Two.');
		expect(b).toMatchObject({ status: 'queued' });
		first.release();
		const end = (await bench.follow(a.id)).at(-1);
		const start = (await bench.follow(b.id))[0];
		expect(end).toMatchObject({ type: 'stopped', reason: 'done' });
		expect(Date.parse(start!.at)).toBeGreaterThanOrEqual(Date.parse(end!.at));
		bench.model.assertDone();
	});

	it('sent at the same time: one starts, one waits', async () => {
		bench = await openAgentBench([{ reply: done }, { reply: done }]);
		const both = await Promise.all([bench.send('One.'), bench.send('Two.')]);
		for (const { id } of both) await bench.follow(id);
		expect(both.map(({ status }) => status).sort()).toEqual(['queued', 'started']);
		bench.model.assertDone();
	});

	it('what must start now is refused', async () => {
		const first = held(done);
		bench = await openAgentBench([{ reply: first.reply }]);
		const run = await bench.send('One.');
		await first.reached;
		const { status, body } = await bench.of('POST', `/runs/${run.id}/retry`, {});
		expect([status, body['data']?.['code']]).toEqual([409, 'run_active']);
		first.release();
		await bench.follow(run.id);
	});
});
