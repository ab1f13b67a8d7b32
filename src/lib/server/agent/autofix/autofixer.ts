import { Worker } from 'node:worker_threads';
import { isWorthALook, type Autofix } from './autofix.ts';
import type { Fixed } from './source.ts';

export interface AutofixerLimits {
	/** Milliseconds of one repair, starting the thread included. */
	readonly timeMs: number;
	/** Megabytes of the thread's heap. */
	readonly heapMb: number;
	/** Milliseconds without a repair after which the thread is ended and its memory given back. */
	readonly idleMs: number;
}

const defaultLimits: AutofixerLimits = { timeMs: 5000, heapMb: 256, idleMs: 5 * 60_000 };

export interface Autofixer {
	/** One at a time. Never rejects: what takes too long or breaks leaves the text as it is. */
	readonly fix: Autofix;
	close(): Promise<void>;
}

const program = new URL('./thread.ts', import.meta.url);

/** Repairs in a thread of its own: text that is slow to parse keeps nobody else waiting. */
export function createAutofixer(limits: AutofixerLimits = defaultLimits): Autofixer {
	let worker: Worker | undefined;
	let idle: NodeJS.Timeout | undefined;
	let queue: Promise<unknown> = Promise.resolve();
	let id = 0;

	const end = async (): Promise<void> => {
		clearTimeout(idle);
		const ending = worker;
		worker = undefined;
		await ending?.terminate();
	};
	const start = (): Worker => {
		clearTimeout(idle);
		if (worker) return worker;
		const started = new Worker(program, {
			env: {},
			execArgv: ['--disable-warning=ExperimentalWarning'],
			// The migration prints; that is nobody's business.
			stdout: true,
			stderr: true,
			resourceLimits: { maxOldGenerationSizeMb: limits.heapMb },
		});
		// A server that ends does not wait for it.
		started.unref();
		const forget = (): void => {
			if (worker === started) worker = undefined;
		};
		started.on('error', forget);
		started.on('exit', forget);
		worker = started;
		return started;
	};

	const ask: Autofix = async (source) => {
		const thread = start();
		id += 1;
		const mine = id;
		const fixed = await new Promise<Fixed | undefined>((resolve) => {
			const settle = (value: Fixed | undefined): void => {
				clearTimeout(timer);
				thread.off('message', listen);
				thread.off('exit', gone);
				resolve(value);
			};
			const listen = (told: { readonly id: number; readonly fixed: Fixed | undefined }): void => {
				if (told.id === mine) settle(told.fixed);
			};
			const gone = (): void => settle(undefined);
			const timer = setTimeout(() => void end(), limits.timeMs);
			thread.on('message', listen);
			thread.on('exit', gone);
			thread.postMessage({ id: mine, source });
		});
		if (worker !== undefined) {
			idle = setTimeout(() => void end(), limits.idleMs);
			idle.unref();
		}
		return fixed;
	};

	return {
		fix(source) {
			if (!isWorthALook(source)) return Promise.resolve(undefined);
			const result = queue.then(() => ask(source));
			queue = result;
			return result;
		},
		async close() {
			await queue;
			await end();
		},
	};
}
