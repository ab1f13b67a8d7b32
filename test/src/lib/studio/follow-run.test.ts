import { describe, expect, it } from 'vitest';
import type { RunEvent } from '#lib/contracts/index.ts';
import { ApiFailure, backOff, followRun } from '#lib/studio/api/index.ts';

const at = '2026-11-25T13:00:00.000Z';
const text = (seq: number) => ({ seq, at, type: 'text', delta: String(seq) });
const stopped = (seq: number) => ({
	seq,
	at,
	type: 'stopped',
	reason: 'done',
	message: '',
	next: '',
});
const sse = (...events: readonly { seq: number }[]) =>
	new Response(
		events.map((event) => `id: ${String(event.seq)}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
	);

/** Plays one answer per connection. */
function follow(
	answers: readonly (() => Response | Promise<Response>)[],
	options: { after?: number; live?: boolean; signal?: AbortSignal } = {},
) {
	const asked: number[] = [];
	const waits: number[] = [];
	const links: string[] = [];
	const events: RunEvent[] = [];
	const done = followRun({
		open: async (after) => {
			asked.push(after);
			const answer = answers[asked.length - 1];
			if (!answer) throw new Error('asked too often');
			return answer();
		},
		after: options.after ?? 0,
		live: options.live ?? true,
		signal: options.signal ?? new AbortController().signal,
		onEvent: (event) => events.push(event),
		onLink: (link) => links.push(link),
		sleep: async (ms) => void waits.push(ms),
		random: () => 1,
	});
	return { done, asked, waits, links, seqs: () => events.map((event) => event.seq) };
}

describe('followRun', () => {
	it('goes on where the connection broke, with each event once', async () => {
		const run = follow([
			() => sse(text(1), text(2)),
			() => sse(text(2), text(3)),
			() => sse(stopped(4)),
		]);
		expect(await run.done).toBe('stopped');
		expect(run.asked).toEqual([0, 2, 3]);
		expect(run.seqs()).toEqual([1, 2, 3, 4]);
		expect(run.links).toEqual(['open', 'reconnecting', 'open', 'reconnecting', 'open']);
	});

	it('waits longer each time nothing comes, and afresh after an event', async () => {
		const offline = () => Promise.reject(new TypeError('fetch failed'));
		const run = follow([offline, offline, offline, () => sse(text(1)), () => sse(stopped(2))]);
		await run.done;
		expect(run.waits).toEqual([500, 1000, 2000, 500]);
	});

	it.each([401, 403, 404])('gives up on %i', async (status) => {
		const run = follow([() => Promise.reject(new ApiFailure('rejected', { status }))]);
		await expect(run.done).rejects.toMatchObject({ status });
		expect(run.waits).toEqual([]);
	});

	it('asks again after 503', async () => {
		const run = follow([
			() => Promise.reject(new ApiFailure('internal_error', { status: 503 })),
			() => sse(stopped(1)),
		]);
		expect(await run.done).toBe('stopped');
	});

	it('asks again when events are missing in between', async () => {
		const run = follow([() => sse(text(1), text(3)), () => sse(text(2), stopped(3))]);
		expect(await run.done).toBe('stopped');
		expect(run.asked).toEqual([0, 1]);
		expect(run.seqs()).toEqual([1, 2, 3]);
	});

	it('reads the log of an ended run once', async () => {
		const run = follow([() => sse(text(4))], { after: 3, live: false });
		expect(await run.done).toBe('closed');
		expect(run.asked).toEqual([3]);
	});

	it('skips what it does not know', async () => {
		const run = follow([
			() => new Response('data: no json\n\ndata: {"seq":1,"type":"new kind"}\n\n'),
			() => sse(stopped(1)),
		]);
		await run.done;
		expect(run.seqs()).toEqual([1]);
	});

	it('ends quietly when let go', async () => {
		const controller = new AbortController();
		const run = follow(
			[
				() => {
					controller.abort();
					throw new DOMException('aborted', 'AbortError');
				},
			],
			{ signal: controller.signal },
		);
		expect(await run.done).toBe('closed');
		expect(run.waits).toEqual([]);
	});
});

describe('backOff', () => {
	it.each([
		[0, 500],
		[3, 4000],
		[10, 10_000],
	])('attempt %i: up to %i ms, at least half of it', (attempt, most) => {
		expect(backOff(attempt, () => 1)).toBe(most);
		expect(backOff(attempt, () => 0)).toBe(most / 2);
	});
});
