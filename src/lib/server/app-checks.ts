import {
	previewBuild,
	type CheckResult,
	type Problem,
	type RunEventBody,
} from '#lib/contracts/index.ts';
import type { AgentChecks } from './agent/index.ts';
import { checkCollections } from './app-collections.ts';
import type { Backends } from './backends.ts';
import type { Boots } from './boots.ts';
import type { Preview } from './preview/index.ts';

/** Milliseconds a boot may take once a studio shows the preview (definitions.md 20). */
const bootTimeout = 5000;
/** Milliseconds for a studio that is just opening. */
const attachGrace = 1500;

/**
 * The checks of a turn: the source compiles, every collection and rule is valid, and the build boots without an
 * error in the studio's own preview frame. Each is pass, fail or not run; not run is never a pass.
 */
export function createAppChecks(parts: {
	readonly backends: Backends;
	readonly preview: Preview;
	readonly boots: Boots;
	readonly app: string;
	readonly run: string;
	readonly emit: (event: RunEventBody) => Promise<void>;
}): AgentChecks {
	const { app, run, boots } = parts;

	const schema = async (): Promise<CheckResult> => {
		const started = performance.now();
		const problems = await parts.backends.use(app, 'draft', (backend) => checkCollections(backend));
		return result('schema', started, problems);
	};

	return {
		async run(signal) {
			const started = performance.now();
			const built = previewBuild.parse(await parts.preview.build(app));
			const compile = result('compile', started, built.problems, built.ok);
			const booting = performance.now();
			// Expected before it is announced: the frame may be faster than the next line.
			const waiting = new AbortController();
			const stop = AbortSignal.any([signal, waiting.signal]);
			const canBoot = built.ok && (await boots.isAttached(run, attachGrace, signal));
			const report = canBoot ? boots.expect(run, built, bootTimeout, stop) : undefined;
			await parts.emit({ type: 'build', build: built.build, nonce: built.nonce, ok: built.ok });
			const checks = [compile, await schema()];
			if (!report) {
				const why = built.ok ? 'No studio shows the preview.' : 'The source does not compile.';
				return [...checks, notRun('boot', booting, why)];
			}
			const booted = await report;
			waiting.abort();
			if (!booted)
				return [...checks, notRun('boot', booting, 'The preview did not report back in time.')];
			const errors = booted.errors.map((message): Problem => ({ code: 'boot_error', message }));
			return [...checks, result('boot', booting, errors)];
		},
	};
}

function result(
	name: CheckResult['name'],
	started: number,
	problems: readonly Problem[],
	ok = problems.length === 0,
): CheckResult {
	return { name, outcome: ok ? 'pass' : 'fail', ms: since(started), problems: [...problems] };
}

function notRun(name: CheckResult['name'], started: number, detail: string): CheckResult {
	return { name, outcome: 'not_run', ms: since(started), detail, problems: [] };
}

const since = (started: number): number => Math.round(performance.now() - started);
