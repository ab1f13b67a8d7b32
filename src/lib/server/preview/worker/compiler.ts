import { fork, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from '#lib/contracts/index.ts';
import type {
	CompileAnswer,
	CompileRequest,
	CompileResult,
	SourceFiles,
} from '../compile/types.ts';
import { memoryOf } from './memory.ts';

export interface CompilerLimits {
	/** Milliseconds of one build, starting the compiler included. */
	readonly timeMs: number;
	/** Resident bytes of the compiler's processes. */
	readonly memoryBytes: number;
	/** Milliseconds without a build after which the compiler is ended and its memory given back. */
	readonly idleMs: number;
}

/** reference/security.md G16: 512 MB, 20 s. */
export const defaultCompilerLimits: CompilerLimits = {
	timeMs: 20_000,
	memoryBytes: 512 * 1024 * 1024,
	idleMs: 15 * 60_000,
};

export interface Compiler {
	/**
	 * Compiles an app; never rejects for what the source does. A compiler that dies is started again and tried once
	 * more, one that takes too long or too much is ended and reported as a problem.
	 */
	compile(files: SourceFiles): Promise<CompileResult>;
	/** Starts the process, so that the first build finds it warm. */
	warm(): void;
	/** The process that compiles, if there is one. */
	readonly pid: number | undefined;
	close(): Promise<void>;
}

type Outcome = CompileResult | 'died' | 'time' | 'memory';

interface Job {
	readonly request: CompileRequest;
	readonly settle: (outcome: Outcome) => void;
}

const program = fileURLToPath(new URL('./main.ts', import.meta.url));
const memoryEveryMs = 200;
const heapMegabytes = 384;
const maxWords = 4000;

function failed(code: string, message: string): CompileResult {
	const problem: Problem = { code, message };
	return { ok: false, boot: '', problems: [problem] };
}

/** One process; `onExit` is called once, when it is really gone. */
class Child {
	readonly process: ChildProcess;
	readonly gone: Promise<void>;
	/** The end of what it wrote before it died. */
	words = '';
	#job: Job | undefined;
	#ended = false;

	constructor() {
		// Nothing of the server's environment: no keys, no paths, no options.
		this.process = fork(program, [], {
			cwd: dirname(program),
			env: {},
			execArgv: [
				`--max-old-space-size=${String(heapMegabytes)}`,
				'--disable-warning=ExperimentalWarning',
			],
			serialization: 'advanced',
			stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
		});
		this.gone = new Promise((resolve) => {
			const end = (): void => {
				this.#ended = true;
				this.#job?.settle('died');
				this.#job = undefined;
				resolve();
			};
			this.process.once('exit', end);
			this.process.once('error', end);
		});
		this.process.on('message', (answer: CompileAnswer) => {
			if (answer.type !== 'result' || answer.id !== this.#job?.request.id) return;
			const { settle } = this.#job;
			this.#job = undefined;
			settle(answer.result);
		});
		this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
			this.words = (this.words + text).slice(-maxWords);
		});
		// A server that ends does not wait for it.
		this.process.unref();
		if (this.process.stderr instanceof Socket) this.process.stderr.unref();
		this.process.channel?.unref();
	}

	get isAlive(): boolean {
		return !this.#ended && this.process.connected;
	}

	run(job: Job): void {
		if (this.#ended) {
			job.settle('died');
			return;
		}
		this.#job = job;
		// The message waits in the pipe until the process is ready for it.
		this.process.send(job.request, (error) => {
			if (error) this.kill();
		});
	}

	kill(): void {
		this.process.kill('SIGKILL');
	}
}

/**
 * @param limits see `CompilerLimits`
 * @param onDeath told what a process wrote that ended by itself
 */
export function createCompiler(
	limits: CompilerLimits = defaultCompilerLimits,
	onDeath: (words: string) => void = () => undefined,
): Compiler {
	let child: Child | undefined;
	let idle: NodeJS.Timeout | undefined;
	let queue: Promise<unknown> = Promise.resolve();
	let nextId = 1;
	let closed = false;

	function start(): Child {
		clearTimeout(idle);
		if (child?.isAlive) return child;
		child = new Child();
		return child;
	}

	function rest(): void {
		clearTimeout(idle);
		idle = setTimeout(() => child?.kill(), limits.idleMs);
		idle.unref();
	}

	/** Runs one build within the limits; what exceeds them is killed, and is gone when this resolves. */
	async function attempt(files: SourceFiles): Promise<Outcome> {
		const worker = start();
		let reason: 'time' | 'memory' | undefined;
		const stop = (why: 'time' | 'memory'): void => {
			reason ??= why;
			worker.kill();
		};
		const deadline = setTimeout(() => stop('time'), limits.timeMs);
		const watch = setInterval(() => {
			const { pid } = worker.process;
			if (pid === undefined) return;
			void memoryOf(pid).then((bytes) => {
				if (bytes > limits.memoryBytes) stop('memory');
			});
		}, memoryEveryMs);
		try {
			const outcome = await new Promise<Outcome>((settle) => {
				worker.run({ request: { id: nextId++, files }, settle });
			});
			if (outcome !== 'died') return outcome;
			await worker.gone;
			if (reason === undefined && !closed) onDeath(worker.words);
			return reason ?? 'died';
		} finally {
			clearTimeout(deadline);
			clearInterval(watch);
		}
	}

	async function compile(files: SourceFiles): Promise<CompileResult> {
		let outcome: Outcome = 'died';
		// Somebody else may have ended it, or the last build left it broken: once more with a new one.
		for (let n = 0; n < 2 && outcome === 'died' && !closed; n++) outcome = await attempt(files);
		switch (outcome) {
			case 'time':
				return failed('build_timeout', 'Compiling took too long and was ended.');
			case 'memory':
				return failed('build_memory', 'Compiling needed too much memory and was ended.');
			case 'died':
				return failed('build_crashed', 'The compiler ended while it compiled this app.');
			default:
				return outcome;
		}
	}

	return {
		compile(files) {
			const result = queue.then(() => compile(files));
			queue = result.finally(rest).catch(() => undefined);
			return result;
		},
		warm() {
			if (closed) return;
			start();
			rest();
		},
		get pid() {
			return child?.isAlive ? child.process.pid : undefined;
		},
		async close() {
			closed = true;
			clearTimeout(idle);
			// Now its end is waited for.
			child?.process.ref();
			child?.kill();
			await Promise.all([child?.gone, queue]);
		},
	};
}
