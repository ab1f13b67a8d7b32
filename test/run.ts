// `npm test`: everything a change must pass, from format to a real browser, with one closing line.
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { conformance } from './run/conformance.ts';
import { chromiumPath } from './run/chromium.ts';
import { command, type Outcome, total } from './run/outcome.ts';

const bin = (path: string): string[] => [process.execPath, `node_modules/${path}`];

/** One check = one test: it passes when its command does. The longest begins first. */
const checks: readonly (readonly [name: string, argv: readonly string[]])[] = [
	['lint', [...bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0']],
	['format', [...bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']],
	['types', [...bin('typescript/bin/tsc'), '-p', 'tsconfig.json']],
	[
		'svelte-check',
		[...bin('svelte-check/bin/svelte-check'), '--fail-on-warnings', '--output', 'human'],
	],
	[
		'arch',
		[
			...bin('dependency-cruiser/bin/dependency-cruiser.mjs'),
			'--config',
			'test/arch/boundaries.cjs',
			'pb',
			'src',
		],
	],
	['unused', [...bin('knip/bin/knip.js'), '--no-config-hints']],
];

const started = Date.now();
const outcomes: Outcome[] = [];
await command('svelte-kit sync', [...bin('@sveltejs/kit/svelte-kit.js'), 'sync']);
// Two at a time: the smallest supported machine has two cores.
const queue = [...checks];
await Promise.all(
	[1, 2].map(async () => {
		for (let next = queue.shift(); next; next = queue.shift())
			outcomes.push(await command(next[0], next[1]));
	}),
);
for (const ring of ['unit', 'integration'] as const) outcomes.push(await vitest(ring));
outcomes.push(
	chromiumPath() === undefined
		? {
				name: 'e2e',
				passed: 0,
				failed: 0,
				skipped: 1,
				note: 'skipped: no chromium on this machine',
			}
		: await vitest('e2e'),
);
outcomes.push(await conformance());

console.log('');
for (const { name, passed, failed, skipped, note } of outcomes) {
	const counts = `${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped`;
	console.log(`${name.padEnd(14)}${counts}${note === undefined ? '' : `  (${note})`}`);
}
const { passed, failed, skipped } = total(outcomes);
console.log(`${String(Math.round((Date.now() - started) / 1000))} s\n`);
console.log(`${String(passed)} passed, ${String(failed)} failed, ${String(skipped)} skipped`);
process.exitCode = failed === 0 ? 0 : 1;

async function vitest(ring: string): Promise<Outcome> {
	const report = `node_modules/.cache/vitest-${ring}.json`;
	await rm(report, { force: true });
	const run = await command(ring, [
		...bin('vitest/vitest.mjs'),
		'run',
		'--project',
		ring,
		'--reporter=dot',
		'--reporter=json',
		`--outputFile.json=${report}`,
	]);
	const counts = readCounts(report);
	// A runner that fails without a failing test (a broken file, a leak) is a failure all the same.
	if (run.failed > 0 && counts.failed === 0)
		return { name: ring, ...counts, failed: 1, note: 'runner failed' };
	if (counts.passed + counts.failed === 0)
		return { name: ring, ...counts, failed: 1, note: 'no test ran' };
	return { name: ring, ...counts };
}

function readCounts(path: string): { passed: number; failed: number; skipped: number } {
	try {
		const report: unknown = JSON.parse(readFileSync(path, 'utf8'));
		const number = (key: string): number => {
			const value = (report as Record<string, unknown>)[key];
			return typeof value === 'number' ? value : 0;
		};
		return {
			passed: number('numPassedTests'),
			failed: number('numFailedTests'),
			skipped: number('numPendingTests') + number('numTodoTests'),
		};
	} catch {
		return { passed: 0, failed: 1, skipped: 0 };
	}
}
