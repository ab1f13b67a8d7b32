import { createHash } from 'node:crypto';
import type { CheckResult, DataOutline, Problem } from '#lib/contracts/index.ts';
import { readCollections } from '../app-collections.ts';
import { checkUses } from './usage.ts';
import type { Backends } from '../backends.ts';
import { codeFrame } from '../preview/index.ts';
import { clientOutline, clientTypes, typeNamesOf } from '../typed-client/index.ts';
import { createTypeChecker, type AppSource, type TypeChecker, type Use } from '../types/index.ts';
import type { Workspace } from '../workspace/index.ts';

/** The types of an app's `$data` and `$auth`, as they stand. */
export interface ClientTypes {
	/** Ambient declarations; the same collections give the same text. */
	readonly text: string;
	/** sha-256 of the text, hex. */
	readonly hash: string;
	readonly outline: DataOutline;
}

export interface AppTypes {
	/** Of the draft's collections. @throws TinykitError */
	client(app: string): Promise<ClientTypes>;
	/**
	 * Checks the source against the draft's collections: `types` and `usage`. What could not be completed is
	 * `not_run` and says why. Never rejects for what the source holds.
	 */
	check(app: string, signal: AbortSignal): Promise<readonly [CheckResult, CheckResult]>;
	/** Starts the type checker ahead of the first check. */
	warm(): void;
	close(): Promise<void>;
}

export interface AppTypesParts {
	readonly backends: Pick<Backends, 'use'>;
	readonly workspace: (slug: string) => Pick<Workspace, 'readAll'>;
	readonly checker?: TypeChecker;
	readonly log: (level: 'error' | 'info', message: string, cause?: unknown) => void;
}

export function createAppTypes(parts: AppTypesParts): AppTypes {
	const checker =
		parts.checker ??
		createTypeChecker(undefined, (cause) => parts.log('error', 'the type checker', cause));

	async function sourceOf(app: string): Promise<AppSource> {
		const collections = await parts.backends.use(app, 'draft', async (backend) =>
			readCollections(backend),
		);
		const files = new Map<string, string>();
		const decoder = new TextDecoder();
		for (const { path, bytes } of await parts.workspace(app).readAll())
			files.set(path, decoder.decode(bytes));
		return {
			files,
			client: clientTypes(collections),
			collections: new Map([...typeNamesOf(collections)].map(([name, type]) => [type, name])),
		};
	}

	return {
		async client(app) {
			const collections = await parts.backends.use(app, 'draft', async (backend) =>
				readCollections(backend),
			);
			const text = clientTypes(collections);
			const hash = createHash('sha256').update(text).digest('hex');
			return { text, hash, outline: clientOutline(collections) };
		},

		async check(app, signal) {
			const started = performance.now();
			const source = await sourceOf(app);
			const outcome = await checker.check(source, signal);
			const ms = since(started);
			if (outcome.kind === 'incomplete') {
				const open = { outcome: 'not_run', ms, detail: outcome.why, problems: [] } as const;
				return [
					{ name: 'types', ...open, problems: [] },
					{ name: 'usage', ...open, problems: [] },
				];
			}
			const { problems, uses, unread } = outcome.result;
			const framed = problems.map((problem) => withFrame(problem, source));
			const types = result('types', ms, framed);
			return [types, await usage(app, uses, unread, source)];
		},
		warm: () => checker.warm(),
		close: () => checker.close(),
	};

	async function usage(
		app: string,
		uses: readonly Use[],
		unread: readonly string[],
		source: AppSource,
	): Promise<CheckResult> {
		const started = performance.now();
		const found = await parts.backends.use(app, 'draft', async (backend) =>
			checkUses(backend, uses),
		);
		const problems = found.map((problem) => withFrame(problem, source));
		if (problems.length === 0 && unread.length > 0) {
			const detail = `Not everything could be read: ${unread.slice(0, 5).join(', ')}.`;
			return { name: 'usage', outcome: 'not_run', ms: since(started), detail, problems: [] };
		}
		return result('usage', since(started), problems);
	}
}

function result(name: CheckResult['name'], ms: number, problems: readonly Problem[]): CheckResult {
	return { name, outcome: problems.length === 0 ? 'pass' : 'fail', ms, problems: [...problems] };
}

function withFrame(problem: Problem, { files }: AppSource): Problem {
	const { path, line, column } = problem;
	const text = path === undefined ? undefined : files.get(path);
	if (text === undefined || line === undefined || column === undefined) return problem;
	return { ...problem, frame: codeFrame(text, { line, column }) };
}

const since = (started: number): number => Math.round(performance.now() - started);
