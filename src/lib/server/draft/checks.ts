import {
	previewBuild,
	type BootReport,
	type CheckResult,
	type PreviewBuild,
	type Problem,
	type RunEventBody,
} from '#lib/contracts/index.ts';
import { count } from '#lib/utils/index.ts';
import type { AgentChecks } from '../agent/index.ts';
import { checkCollections } from '../app-collections.ts';
import type { AppRules } from './rules.ts';
import type { AppTypes } from './types.ts';
import type { Backends } from '../backends.ts';
import { bootHeadless, type AppPreviewParts } from './preview.ts';

/** Milliseconds a boot may take once a studio shows the preview (definitions.md 20). */
const bootTimeout = 5000;

/**
 * The checks of a turn: the source compiles, its types fit the app's collections, all it uses of them is there, every
 * collection and rule is valid, and the build boots without an error. Each is pass, fail or not run; not run is never
 * a pass.
 */
export function createAppChecks(
	parts: Pick<AppPreviewParts, 'apps' | 'origins' | 'preview' | 'boots' | 'headless'> & {
		readonly backends: Backends;
		readonly types: Pick<AppTypes, 'check'>;
		readonly rules: AppRules;
		readonly app: string;
		readonly run: string;
		readonly emit: (event: RunEventBody) => Promise<void>;
	},
): AgentChecks {
	const { app, run, boots } = parts;

	const schema = async (): Promise<CheckResult> => {
		const started = performance.now();
		const problems = await parts.backends.use(app, 'draft', (backend) => checkCollections(backend));
		return result('schema', started, problems);
	};

	/** Real requests on a clone; what nobody agreed to fails, with the request that shows it. */
	const rules = async (signal: AbortSignal): Promise<CheckResult> => {
		const started = performance.now();
		const { surprises, sampled, incomplete } = await parts.rules.report(app, signal);
		const problems = surprises
			.filter(({ level }) => level === 'fail')
			.map(({ code, text, request }): Problem => ({ code, message: `${text} ${request}` }));
		if (problems.length > 0) return result('rules', started, problems);
		if (incomplete !== undefined) return notRun('rules', started, incomplete);
		const tried = `${count(sampled.requests, 'request')}, ${count(sampled.records, 'made-up record')}`;
		return { ...result('rules', started, []), detail: tried };
	};

	/** In the studio's own preview frame, or in headless chromium; `detail` says which, or why in none. */
	const boot = async (built: PreviewBuild, signal: AbortSignal): Promise<CheckResult> => {
		const started = performance.now();
		// Expected before it is announced: the frame may be faster than the next line.
		const waiting = new AbortController();
		const stop = AbortSignal.any([signal, waiting.signal]);
		const canBoot = built.ok && (await boots.isAttached(run, signal));
		const expected = canBoot ? boots.expect(run, built, bootTimeout, stop) : undefined;
		await parts.emit({ type: 'build', build: built.build, nonce: built.nonce, ok: built.ok });
		if (!built.ok) return notRun('boot', started, 'The source does not compile.');
		if (expected) {
			const report = await expected;
			waiting.abort();
			return report
				? bootResult(started, report)
				: notRun('boot', started, 'The preview did not report back in time.');
		}
		const outcome = await bootHeadless(parts, app, built, signal);
		return outcome.kind === 'booted'
			? { ...bootResult(started, outcome.report), detail: 'headless chromium' }
			: notRun('boot', started, `No studio shows the preview. ${outcome.why}`);
	};

	return {
		async run(signal) {
			const started = performance.now();
			const building = parts.preview.build(app).then((build) => previewBuild.parse(build));
			const [built, typed, schemas, allowed, booted] = await Promise.all([
				building,
				parts.types.check(app, signal),
				schema(),
				rules(signal),
				building.then((build) => boot(build, signal)),
			]);
			const compile = { ...result('compile', started, built.problems, built.ok), ms: built.ms };
			return [
				compile,
				...typed.map((check) => unlessBroken(built, check)),
				schemas,
				allowed,
				booted,
			];
		},
	};
}

/** A file that cannot be compiled cannot be type-checked either; what was found in the others stands. */
function unlessBroken(built: PreviewBuild, check: CheckResult): CheckResult {
	if (built.ok) return check;
	const broken = new Set(built.problems.map(({ path }) => path));
	const problems = check.problems.filter(({ path }) => !broken.has(path));
	if (problems.length > 0) return { ...check, problems };
	const detail = 'The source does not compile.';
	return { ...check, outcome: 'not_run', detail, problems: [] };
}

function bootResult(started: number, { errors }: BootReport): CheckResult {
	const problems = errors.map((message): Problem => ({ code: 'boot_error', message }));
	return result('boot', started, problems);
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
