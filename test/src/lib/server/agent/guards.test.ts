import { describe, expect, it } from 'vitest';
import { collect } from '#lib/server/agent/collect.ts';
import type { Provider, ProviderEvent } from '#lib/server/agent/providers/types.ts';
import { RunawayWatch, smallestPeriod, type OutputKind } from '#lib/server/agent/runaway.ts';
import { nextAfter, stopWords } from '#lib/server/agent/stop-words.ts';
import { TextBuffer } from '#lib/server/agent/text-buffer.ts';
import { fine, runaway } from './runaway-corpus.ts';
import { MemoryLog } from './support/memory.ts';

describe('RunawayWatch', () => {
	const feed = (kind: OutputKind, text: string): boolean => {
		const watch = new RunawayWatch();
		for (let at = 0; at < text.length; at += 50)
			if (watch.add(kind, text.slice(at, at + 50))) return true;
		return false;
	};
	it.each(runaway)('cuts %s', (_name, kind, text) => {
		expect(feed(kind, text)).toBe(true);
	});
	it.each(fine)('lets %s pass', (_name, kind, text) => {
		expect(feed(kind, text)).toBe(false);
	});
	it('is tried on enough of both', () => {
		expect(fine.length).toBeGreaterThanOrEqual(40);
		expect(runaway.length).toBeGreaterThanOrEqual(20);
	});

	it('finds the shortest repetition', () => {
		expect(['aaaa', 'abab', 'abcab', 'abcd', 'a', 'aabaabaab'].map(smallestPeriod)).toEqual([
			1, 2, 3, 4, 1, 3,
		]);
	});
});

describe('TextBuffer', () => {
	it('gathers by length and by time, and never cuts a character', async () => {
		const log = new MemoryLog();
		let now = 0;
		const buffer = new TextBuffer(log, { now: () => now, sleep: async () => undefined });
		for (let index = 0; index < 50; index += 1) await buffer.add('word ');
		expect(log.of('text').map(({ delta }) => delta.length)).toEqual([200]);
		await buffer.add('x');
		now += 80;
		expect(buffer.dueInMs()).toBe(0);
		await buffer.add('\uD83D');
		expect(log.of('text')).toHaveLength(2);
		await buffer.add('\uDE00');
		await buffer.flush(true);
		expect(log.text).toBe(`${'word '.repeat(50)}x😀`);
		for (const { delta } of log.of('text')) expect(delta.isWellFormed()).toBe(true);
	});
});

describe('collect', () => {
	it('writes far fewer events than the model sends tokens', async () => {
		const words = Array.from({ length: 2000 }, (_, index) => `w${index} `);
		const provider: Provider = {
			name: 'test',
			model: 'test',
			async *stream(): AsyncGenerator<ProviderEvent> {
				for (const delta of words) yield { type: 'text', delta };
				yield { type: 'block', block: { type: 'text', text: words.join('') } };
				yield { type: 'end', end: 'end_turn' };
			},
		};
		const log = new MemoryLog();
		let now = 0;
		const outcome = await collect(
			provider,
			{ tools: [], system: [], messages: [], maxTokens: 1 },
			{
				sink: log,
				// 10 ms a token.
				clock: { now: () => (now += 3), sleep: () => new Promise(() => undefined) },
				signal: new AbortController().signal,
			},
		);
		expect(outcome.kind).toBe('answer');
		expect(log.text).toBe(words.join(''));
		expect(log.of('text').length).toBeLessThan(words.length / 5);
	});
});

describe('stopWords', () => {
	it('end every stop with words and one next action', () => {
		for (const [reason, { message, next }] of Object.entries(stopWords)) {
			expect(message, reason).toMatch(/^[A-Z].*\.$/);
			expect(next, reason).toMatch(/^[A-Z].*\.$/);
		}
	});

	it.each([
		['done', undefined, 'Try it in the preview.'],
		['done', true, 'Read the plan, edit what should be different, then accept it.'],
		['done', false, 'Ask for the plan again, in other words.'],
		['step_limit', true, stopWords.step_limit.next],
	] as const)('after %s, planned %s: %s', (reason, planned, next) => {
		expect(nextAfter(reason, planned)).toBe(next);
	});
});
