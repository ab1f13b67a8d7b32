import { describe, expect, it } from 'vitest';
import { LoopGuard } from '#lib/server/agent/guard.ts';
import type { ToolCallBlock } from '#lib/server/agent/messages.ts';
import { signature } from '#lib/server/agent/signature.ts';

/** One call as a test writes it: `name input`, what it answered, and what that was. */
type Seen = readonly [call: string, kind: 'look' | 'change' | 'error', text: string];

const play = (...seen: readonly Seen[]): readonly string[] => {
	const guard = new LoopGuard();
	return seen.map(([name, kind, text]) => {
		const [tool = '', input] = name.split(' ');
		const call: ToolCallBlock = { type: 'tool_call', id: 'x', name: tool, input };
		const answer = { ok: kind !== 'error', text, summary: '' };
		const { hint, stop } = guard.observe(call, answer, kind === 'change');
		return stop?.reason ?? (hint === undefined ? '' : 'hint');
	});
};
const times = (count: number, ...seen: readonly Seen[]): readonly Seen[] =>
	Array.from({ length: count }, () => seen).flat();

describe('LoopGuard', () => {
	const look: Seen = ['list', 'look', 'a.svelte'];
	const failed: Seen = ['read x', 'error', 'no such file'];
	const red: Seen = ['check', 'error', 'a.svelte:1:2 broken'];
	const cases: readonly (readonly [string, readonly Seen[], readonly string[]])[] = [
		['the same look, four times', times(4, look), ['', '', 'hint', 'loop']],
		[
			'the same look with other numbers in its result',
			[1, 2, 3, 4].map((n): Seen => ['check', 'look', `took ${n} ms at 12:0${n}:11`]),
			['', '', 'hint', 'loop'],
		],
		['the same error, three times', times(3, failed), ['', 'hint', 'repeated_failure']],
		['the same failing check, three times', times(3, red), ['', 'hint', 'checks_failing']],
		[
			'the same failing check at other lines, asked for by check and by done',
			[red, ['done', 'error', 'a.svelte:9:7 broken'], ['check', 'error', 'a.svelte:3:2 broken']],
			['', 'hint', 'checks_failing'],
		],
		[
			'looking again after a change',
			[...times(3, look), ['write a', 'change', 'ok'], ...times(3, look)],
			['', '', 'hint', '', '', '', 'hint'],
		],
		[
			'two looks in turn',
			times(3, ['read a', 'look', 'A'], ['read b', 'look', 'B']),
			['', '', '', '', 'hint', 'loop'],
		],
		[
			'changes that undo each other',
			times(3, ['edit 1', 'change', 'ok'], ['edit 0', 'change', 'ok']),
			['', '', '', '', 'hint', 'loop'],
		],
		[
			'three calls in turn are no alternation',
			times(2, ['read a', 'look', 'A'], ['read b', 'look', 'B'], ['read c', 'look', 'C']),
			['', '', '', '', '', ''],
		],
		[
			'a check after each of some changes',
			[0, 1, 2, 3, 4, 5].flatMap((n): Seen[] => [
				[`write ${n}x`, 'change', 'ok'],
				['check', 'look', 'pass'],
			]),
			Array.from({ length: 12 }, () => ''),
		],
		[
			'one error for many inputs',
			[0, 1, 2, 3, 4, 5].map((n): Seen => [`read ${'abcdef'[n] ?? ''}`, 'error', 'none']),
			['', '', '', '', '', 'repeated_failure'],
		],
		[
			'different errors',
			['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((text): Seen => ['read x', 'error', text]),
			['', '', '', '', '', '', ''],
		],
	];
	it.each(cases)('%s', (_name, seen, verdicts) => {
		expect(play(...seen)).toEqual(verdicts);
	});

	it('stops with what it saw', () => {
		const guard = new LoopGuard();
		const call: ToolCallBlock = { type: 'tool_call', id: 'x', name: 'read', input: { path: 'a' } };
		const answer = { ok: false, text: 'There is\n no file a.', summary: '' };
		guard.observe(call, answer, false);
		guard.observe(call, answer, false);
		expect(guard.observe(call, answer, false).stop?.message).toBe(
			'"read a" failed three times: There is no file a.',
		);
	});

	it('counts answers without a call since the last change', () => {
		const guard = new LoopGuard();
		const call: ToolCallBlock = { type: 'tool_call', id: 'x', name: 'write', input: {} };
		const say = () => guard.observeSilence().stop?.reason;
		expect([say(), say()]).toEqual([undefined, undefined]);
		guard.observe(call, { ok: true, text: 'ok', summary: '' }, true);
		expect([say(), say(), say()]).toEqual([undefined, undefined, 'loop']);
	});
});

describe('signature', () => {
	const same: readonly (readonly [string, string])[] = [
		['src/App.svelte:12:5 unexpected', 'src/App.svelte:3:17 unexpected'],
		['took 38 ms', 'took 1.5 ms'],
		['at 2026-01-02T03:04:05.678Z failed', 'at 2025-11-12 13:14:15 failed'],
		['record abcdefghijk1234 is gone', 'record x0y1z2a3b4c5d6e is gone'],
		['build 0f8fad5b-d9cb-469f-a165-70867728950e', 'build 7c9e6679-7425-40de-944b-e07fc1f90ae7'],
		['hash 2fd4e1c67a2d28fced849ee1bb76e739', 'hash da39a3ee5e6b4b0d3255bfef95601890'],
	];
	it.each(same)('takes %s for %s', (a, b) => {
		expect(signature(a)).toBe(signature(b));
	});
	const different: readonly (readonly [string, string])[] = [
		['src/App.svelte:1 broken', 'src/Card.svelte:1 broken'],
		['no such file a', 'no such file b'],
		['internationalise', 'responsibilities'],
		['deadbeefdead', 'facadefacade'],
	];
	it.each(different)('keeps %s and %s apart', (a, b) => {
		expect(signature(a)).not.toBe(signature(b));
	});
});
