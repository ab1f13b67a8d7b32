import { Worker } from 'node:worker_threads';
import type { AppSource, CheckAnswer, CheckRequest, TypesResult } from './protocol.ts';

export interface CheckerLimits {
	/** Milliseconds of one check, starting the thread included. */
	readonly timeMs: number;
	/** Megabytes of the thread's heap. */
	readonly heapMb: number;
	/** Milliseconds without a check after which the thread is ended and its memory given back. */
	readonly idleMs: number;
	/** Bytes of all files of an app together. */
	readonly sourceBytes: number;
}

export const defaultCheckerLimits: CheckerLimits = {
	timeMs: 20_000,
	heapMb: 512,
	idleMs: 10 * 60_000,
	sourceBytes: 8 * 1024 * 1024,
};

/** A check that did not come to its end says why, and is no result. */
export type TypesOutcome =
	| { readonly kind: 'checked'; readonly result: TypesResult }
	| { readonly kind: 'incomplete'; readonly why: string };

export interface TypeChecker {
	/**
	 * Checks an app as its files stand; one at a time. Never rejects: what takes too long, needs too much memory,
	 * breaks or is aborted is `incomplete`.
	 */
	check(source: AppSource, signal: AbortSignal): Promise<TypesOutcome>;
	/** Starts the thread, so that the first check finds it warm. */
	warm(): void;
	close(): Promise<void>;
}

const program = new URL('./thread.ts', import.meta.url);
const incomplete = (why: string): TypesOutcome => ({ kind: 'incomplete', why });

/** @param onDeath told what broke the thread */
export function createTypeChecker(
	limits: CheckerLimits = defaultCheckerLimits,
	onDeath: (cause: unknown) => void = () => undefined,
): TypeChecker {
	let worker: Worker | undefined;
	let idle: NodeJS.Timeout | undefined;
	let queue: Promise<unknown> = Promise.resolve();
	let nextId = 1;
	let closed = false;

	function start(): Worker {
		clearTimeout(idle);
		if (worker) return worker;
		const started = new Worker(program, {
			env: {},
			execArgv: ['--disable-warning=ExperimentalWarning'],
			resourceLimits: { maxOldGenerationSizeMb: limits.heapMb },
		});
		// A server that ends does not wait for it.
		started.unref();
		// Whoever waits for an answer hears of it, too; without a listener it would end the process.
		started.on('error', (cause) => {
			if (worker === started) worker = undefined;
			if (!closed) onDeath(cause);
		});
		started.on('exit', () => {
			if (worker === started) worker = undefined;
		});
		worker = started;
		return started;
	}

	async function end(): Promise<void> {
		clearTimeout(idle);
		const ending = worker;
		worker = undefined;
		await ending?.terminate();
	}

	async function run(source: AppSource, signal: AbortSignal): Promise<TypesOutcome> {
		if (closed) return incomplete('The server is stopping.');
		if (signal.aborted) return incomplete('The run was stopped.');
		const thread = start();
		const id = nextId++;
		const over = new AbortController();
		const outcome = await new Promise<TypesOutcome | 'time' | 'stopped'>((resolve) => {
			const once = { signal: over.signal };
			const timer = setTimeout(() => resolve('time'), limits.timeMs);
			over.signal.addEventListener('abort', () => clearTimeout(timer));
			signal.addEventListener('abort', () => resolve('stopped'), once);
			const died = (): void => resolve(incomplete('The type checker ended before it was through.'));
			const hear = (answer: CheckAnswer): void => {
				if (answer.id !== id) return;
				if ('result' in answer) resolve({ kind: 'checked', result: answer.result });
				else {
					onDeath(answer.error);
					resolve(incomplete('The type checker failed on this source.'));
				}
			};
			thread.on('message', hear);
			thread.once('error', died);
			thread.once('exit', died);
			over.signal.addEventListener('abort', () => {
				thread.off('message', hear);
				thread.off('error', died);
				thread.off('exit', died);
			});
			const request: CheckRequest = { id, source };
			thread.postMessage(request);
		});
		over.abort();
		switch (outcome) {
			case 'time':
				await end();
				return incomplete(`Checking took longer than ${limits.timeMs / 1000} s and was ended.`);
			case 'stopped':
				await end();
				return incomplete('The run was stopped.');
			default:
				return outcome;
		}
	}

	function rest(): void {
		clearTimeout(idle);
		idle = setTimeout(() => void end(), limits.idleMs);
		idle.unref();
	}

	return {
		check(source, signal) {
			let bytes = source.client.length;
			for (const text of source.files.values()) bytes += text.length;
			if (bytes > limits.sourceBytes)
				return Promise.resolve(incomplete('The source is too large to be checked.'));
			const result = queue.then(() => run(source, signal));
			queue = result.finally(rest).catch(() => undefined);
			return result;
		},
		warm() {
			if (closed) return;
			start();
			rest();
		},
		async close() {
			closed = true;
			await end();
			await queue;
		},
	};
}
