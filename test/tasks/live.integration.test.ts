import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMessagesServer } from '../fixtures/messages-server/index.ts';
import { collectionTasks } from './backend/collections.ts';
import { scoreOf, type Trial } from './live/score.ts';
import { scriptOf } from './play.ts';
import { attachGroup, groups, type Solution } from './task.ts';

let dir: string;
beforeAll(async () => {
	dir = await mkdtemp(join(tmpdir(), 'tinykit-tasks-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const key = 'sk-ant-key-of-the-operator';

/** Runs the command with none of the caller's own keys. */
function live(
	args: readonly string[],
	env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly text: string }> {
	const kept = Object.entries(process.env).filter(
		([name]) => !/^(ANTHROPIC|OPENAI|TINYKIT)_/.test(name),
	);
	return new Promise((resolve) => {
		const child = execFile(
			process.execPath,
			['test/tasks/live.ts', ...args],
			{ env: { ...Object.fromEntries(kept), ...env } },
			(_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, text: stdout + stderr }),
		);
	});
}

const rowOf = (text: string, group: string): string =>
	text.split('\n').find((line) => line.startsWith(`${group} `)) ?? '';

describe('tasks with a live model', () => {
	it('are not run without a key, and say so for each group', async () => {
		const { code, text } = await live([]);
		expect(code).toBe(0);
		for (const group of [...groups, attachGroup])
			expect(rowOf(text, group)).toContain('not run: no key');
		expect(text).not.toContain('%');
	});

	it.each([[['--group', 'none']], [['--trials', '0']]])('%j is refused', async (args) => {
		const { code, text } = await live(args);
		expect(code).toBe(2);
		expect(text).toContain('--group NAME');
	});

	const task = collectionTasks[0]!;
	const play = async (solution: Solution, out: string) => {
		const model = await startMessagesServer(scriptOf(solution), { key, model: 'claude-haiku-4-5' });
		try {
			const args = [
				'--task',
				task.id,
				'--trials',
				'1',
				'--model',
				'claude-haiku-4-5',
				'--out',
				out,
			];
			const env = { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: model.url };
			const played = await live(args, env);
			model.assertDone();
			return played;
		} finally {
			await model.close();
		}
	};

	it('count a solution, with what it cost and all that was said', async () => {
		const out = join(dir, 'right');
		const { code, text } = await play(task.solution, out);
		expect(text).toContain(`pass ${task.id} #1`);
		expect(code).toBe(0);
		expect(text).toContain('claude-haiku-4-5 (anthropic)');
		expect(text).toContain(new Date().toISOString().slice(0, 10));
		// Three answers of 100 tokens in and 20 out; one trial says nothing about three.
		expect(
			rowOf(text, 'collections')
				.split(/\s{2,}/)
				.slice(0, 8),
		).toEqual([...['collections', '1', '100 %', '21 % to 100 %', '-', '300', '0', '60']]);
		expect(await readdir(out)).toEqual([`${task.id}-1.jsonl`]);
		const transcript = await readFile(join(out, `${task.id}-1.jsonl`), 'utf8');
		expect(transcript.includes(key)).toBe(false);
		const lines = transcript
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as Record<string, unknown>);
		const exchanges = lines.filter(({ type }) => type === 'exchange');
		expect(exchanges.length).toBe(3);
		const has = (index: number, words: string): boolean =>
			JSON.stringify(exchanges[index]).includes(words);
		expect(has(0, 'three capitals, a hyphen')).toBe(true);
		expect(exchanges[1]).toMatchObject({ status: 200, request: { asBefore: 1 } });
		expect(has(1, 'schema_plan')).toBe(true);
		expect(has(1, 'three capitals, a hyphen')).toBe(false);
		expect(lines.at(-1)).toMatchObject({ type: 'trial', passed: true, reason: 'done' });
	});

	it('count a mistake, and name what the grader found', async () => {
		const { code, text } = await play(task.wrong['any sku']!, join(dir, 'wrong'));
		expect(code).toBe(0);
		expect(text).toContain(`FAIL ${task.id} #1`);
		expect(rowOf(text, 'collections').split(/\s{2,}/)[2]).toBe('0 %');
		expect(text).toContain(`${task.id} #1 (agent, done): refused: a sku of small letters`);
	});
});

describe('a score', () => {
	const trial = (task: string, passed: boolean, more: Partial<Trial> = {}): Trial => ({
		...{ task, passed, group: 'files', trial: 1, fault: 'none', failures: [], reason: 'done' },
		...{ inputTokens: 10, cachedTokens: 5, outputTokens: 2, usd: 0.5, seconds: 2, ...more },
	});

	it('takes the mean of tasks, and three of three', () => {
		const score = scoreOf([
			...[true, true, true].map((passed) => trial('a', passed)),
			...[true, false, false].map((passed) => trial('b', passed)),
		]);
		expect(score).toMatchObject({ tasks: 2, trials: 6, passHat3: 0.5, usd: 3, seconds: 2 });
		expect(score).toMatchObject({ inputTokens: 60, cachedTokens: 30, outputTokens: 12 });
		expect(score.passAt1).toBeCloseTo(2 / 3);
		// Wilson, 4 of 6.
		expect(score.interval[0]).toBeCloseTo(0.3, 2);
		expect(score.interval[1]).toBeCloseTo(0.903, 2);
	});

	it('estimates three of more trials, and says nothing about fewer', () => {
		const of = (passed: number, all: number): number | undefined =>
			scoreOf(Array.from({ length: all }, (_, index) => trial('a', index < passed))).passHat3;
		expect(of(4, 5)).toBeCloseTo(0.4);
		expect(of(2, 5)).toBe(0);
		expect(of(2, 2)).toBeUndefined();
	});

	it('guesses no dollars', () => {
		expect(scoreOf([trial('a', true), trial('a', true, { usd: undefined })]).usd).toBeUndefined();
	});
});
