/**
 * Switches each guard off in a copy of the tree and runs the test that has to notice: `node test/honesty/run.ts [words]`.
 * With words only the guards whose names hold them. Ends with 1 when a guard survives.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { guards, type Guard } from './guards.ts';

const root = resolve(import.meta.dirname, '../..');
const parts = ['src', 'pb', 'test', 'scripts', 'docs', 'bin', '.svelte-kit'];
const files = [
	'package.json',
	'tsconfig.json',
	'vitest.config.ts',
	'vite.config.ts',
	'svelte.config.js',
];

type Outcome = 'killed' | 'survived' | 'not run';

interface Report {
	readonly numFailedTests: number;
	readonly numPassedTests: number;
}

/** Runs the test of a guard in a tree. */
function runTest(tree: string, { project, test, only }: Guard): Report | undefined {
	const output = join(tree, 'honesty.json');
	rmSync(output, { force: true });
	spawnSync(
		process.execPath,
		[
			join(tree, 'node_modules/vitest/vitest.mjs'),
			...['run', '--project', project, test, '--reporter=json', `--outputFile=${output}`],
			// A guard against hanging is off, too.
			...['--testTimeout=30000', '--bail=1'],
			...(only === undefined ? [] : ['-t', only]),
		],
		{ cwd: tree, stdio: 'ignore', timeout: 300_000, env: { ...process.env, CI: '1' } },
	);
	try {
		return JSON.parse(readFileSync(output, 'utf8')) as Report;
	} catch {
		return undefined;
	}
}

/** Whether a test is green in the tree as it is. */
const sound = new Map<string, boolean>();
const isGreen = (report: Report | undefined): boolean =>
	report !== undefined && report.numFailedTests === 0 && report.numPassedTests > 0;

function judge(tree: string, guard: Guard): Outcome {
	const path = join(tree, guard.file);
	const text = readFileSync(path, 'utf8');
	if (text.split(guard.search).length !== 2) return 'not run';
	// What is red anyway proves nothing.
	const key = `${guard.test} ${guard.only ?? ''}`;
	const isSound = sound.get(key) ?? isGreen(runTest(tree, guard));
	sound.set(key, isSound);
	if (!isSound) return 'not run';
	writeFileSync(
		path,
		text.replace(guard.search, () => guard.replace),
	);
	try {
		const mutated = runTest(tree, guard);
		if (mutated === undefined) return 'not run';
		return mutated.numFailedTests > 0 ? 'killed' : 'survived';
	} finally {
		writeFileSync(path, text);
	}
}

const words = process.argv.slice(2).join(' ');
const chosen = guards.filter(({ name }) => name.includes(words));
const tree = mkdtempSync(join(tmpdir(), 'tinykit-honesty-'));
try {
	for (const part of parts) cpSync(join(root, part), join(tree, part), { recursive: true });
	for (const file of files) cpSync(join(root, file), join(tree, file));
	symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
	const counts: Record<Outcome, number> = { killed: 0, survived: 0, 'not run': 0 };
	for (const guard of chosen) {
		const outcome = judge(tree, guard);
		counts[outcome] += 1;
		const test = guard.test.replace('test/src/lib/server/', '');
		process.stdout.write(`| ${guard.name} | \`${guard.file}\` | \`${test}\` | ${outcome} |\n`);
	}
	process.stdout.write(
		`killed ${counts.killed} of ${chosen.length}, survived ${counts.survived}, not run ${counts['not run']}\n`,
	);
	process.exitCode = counts.killed === chosen.length ? 0 : 1;
} finally {
	rmSync(tree, { recursive: true, force: true });
}
