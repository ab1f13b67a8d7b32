import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from './outcome.ts';

const folder = '../shared/conformance';
const list = 'test/compat/conformance.txt';

/**
 * The API scenarios as a ratchet: the ids in `test/compat/conformance.txt` must pass; one that stops passing
 * is red. An id that passes and is not listed yet is red too, with the command that adds it: the list only grows.
 */
export async function conformance(): Promise<Outcome> {
	const name = 'conformance';
	if (!existsSync(folder)) {
		return {
			name,
			passed: 0,
			failed: 0,
			skipped: 1,
			note: 'skipped: the scenarios are not beside this checkout',
		};
	}
	const listed = new Set((await readFile(list, 'utf8')).split('\n').filter((id) => id !== ''));
	const results = await runScenarios();
	const passing = new Set(results.filter((result) => result.passed).map((result) => result.id));
	const lost = [...listed].filter((id) => !passing.has(id));
	for (const id of lost) console.log(`conformance: no longer passes: ${id}`);
	const fresh = [...passing].filter((id) => !listed.has(id));
	if (fresh.length > 0)
		console.log(
			`conformance: ${String(fresh.length)} more pass; add them to ${list}:\n${fresh.join('\n')}`,
		);
	const open = results.length - passing.size;
	return {
		name,
		passed: listed.size - lost.length,
		failed: lost.length,
		skipped: 0,
		note: `${String(passing.size)} of ${String(results.length)} scenarios pass, ${String(open)} open`,
	};
}

async function runScenarios(): Promise<{ id: string; passed: boolean }[]> {
	const dir = await mkdtemp(join(tmpdir(), 'tinykit-conformance-'));
	const report = join(dir, 'report.json');
	const child = spawn(
		process.execPath,
		[
			`${folder}/run.mjs`,
			'--data',
			`${folder}/data`,
			'--start',
			`exec ${process.execPath} pb/cli.ts serve --http 127.0.0.1:$PORT --dir "$DATA_DIR"`,
			'--jobs',
			'2',
			'--json',
			report,
		],
		{ stdio: 'ignore' },
	);
	await new Promise((resolve) => child.on('close', resolve));
	const parsed: unknown = JSON.parse(await readFile(report, 'utf8'));
	await rm(dir, { recursive: true, force: true });
	return readResults(parsed);
}

function readResults(report: unknown): { id: string; passed: boolean }[] {
	const { results } = report as { results: { id: string; outcome: string }[] };
	return results.map(({ id, outcome }) => ({ id, passed: outcome === 'pass' }));
}
