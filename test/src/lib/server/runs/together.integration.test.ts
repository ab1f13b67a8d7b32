import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { TinykitError, type StopReason } from '#lib/contracts/index.ts';
import { thawRun } from '#lib/server/agent/index.ts';
import { sql } from '#lib/server/backends.ts';
import type { RunAgent } from '#lib/server/runs/work.ts';
import {
	openRunsBench,
	stopped,
	toolFinished,
	toolStarted,
	waiting,
	type RunsBench,
} from './bench.ts';

let bench: RunsBench;
afterEach(() => bench.close());

/** The same numbers for the same seed, 0 to 1. */
function numbers(seed: number): () => number {
	let state = seed * 7919;
	return () => (state = (state * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
}

/** What SQLite refuses for a moment. */
const failing = [
	'BEFORE INSERT ON _tk_events',
	'BEFORE INSERT ON _tk_parked',
	'BEFORE INSERT ON _tk_calls',
	'BEFORE INSERT ON _tk_runs',
	'BEFORE UPDATE ON _tk_runs',
	'BEFORE UPDATE ON _tk_questions',
];

it.each([11, 12, 13, 14])('whatever comes together, and whatever fails (%i)', async (seed) => {
	const random = numbers(seed);
	const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
	let working = 0;
	let most = 0;
	let calls = 0;
	const work: RunAgent = async ({ emit, park, resume, signal }) => {
		if (resume) await emit(toolFinished(thawRun(resume.frozen).call.id));
		await delay(random() * 20, undefined, { signal }).catch(() => undefined);
		if (signal.aborted) return emit(stopped(signal.reason as StopReason));
		const what = random();
		if (what < 0.1) throw new Error('broken');
		if (what > 0.5) return emit(stopped(what < 0.9 ? 'done' : 'loop'));
		const id = `call${String((calls += 1))}`;
		await emit(toolStarted(id));
		return park(waiting(id));
	};
	bench = await openRunsBench(async (task) => {
		most = Math.max(most, (working += 1));
		await work(task).finally(() => (working -= 1));
	});
	const { runs, questions, agents, backend, refuse, told } = bench;
	const { store } = backend.app;
	const anyRun = async (): Promise<string> => pick(await runs.list('shop'))?.id ?? '';
	const openQuestion = async (): Promise<string> =>
		(await questions.list('shop')).find(({ status }) => status === 'open')?.id ?? '';
	let isFailing = false;
	const moves: readonly (() => Promise<unknown>)[] = [
		() => runs.send('shop', 'x', { clientId: `c${String(Math.floor(random() * 40))}` }),
		() => runs.send('shop', 'x'),
		async () => runs.stop('shop', await anyRun()),
		async () => runs.retry('shop', await anyRun()),
		async () => runs.resumeWork('shop', await anyRun()),
		() => runs.resumeQueue('shop'),
		async () => runs.answer('shop', await openQuestion(), { sure: true }, 'me'),
		async () => runs.answer('shop', await openQuestion(), { sure: true }, 'me'),
		async () => runs.decline('shop', await openQuestion(), 'me'),
		async () => runs.removeQueued('shop', pick((await runs.queue('shop')).items)?.id ?? ''),
		async () => {
			if (random() > 0.2) return;
			await agents.set(true);
			await runs.killAll().finally(() => agents.set(false));
		},
		async () => {
			if (isFailing) return;
			isFailing = true;
			const allow = await refuse(pick(failing) ?? '');
			await delay(random() * 30);
			await allow();
			isFailing = false;
		},
	];
	const unexpected: unknown[] = [];
	const made: Promise<unknown>[] = [];
	for (let i = 0; i < 300; i += 1) {
		const move = pick(moves)?.().catch((error: unknown) => {
			const isKnown = error instanceof TinykitError || String(error).includes('full');
			if (!isKnown) unexpected.push(error);
		});
		made.push(move ?? Promise.resolve());
		if (random() < 0.7) await delay(random() * 5);
	}
	await Promise.all(made);
	await runs.stopAll('shop');

	expect(unexpected).toEqual([]);
	expect(most).toBe(1);
	expect(await store.all(sql`SELECT id FROM _tk_runs WHERE status <> 'ended'`)).toEqual([]);
	expect(await store.all(sql`SELECT run FROM _tk_parked`)).toEqual([]);
	expect(await store.all(sql`SELECT id FROM _tk_questions WHERE status = 'open'`)).toEqual([]);
	const all = await runs.list('shop');
	expect(all.length).toBeGreaterThan(10);
	for (const { id } of all) {
		const events = await told(id);
		const of = (type: string) => events.filter((event) => event.type === type);
		expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
		expect([of('stopped').length, events.at(-1)?.type]).toEqual([1, 'stopped']);
		const ids = (type: 'tool_started' | 'tool_finished') =>
			events.flatMap((event) => (event.type === type ? [event.callId] : []));
		expect(ids('tool_finished')).toEqual(ids('tool_started'));
	}
	expect(bench.logs.size).toBe(0);
});
