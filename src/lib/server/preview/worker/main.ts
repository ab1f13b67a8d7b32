/**
 * The child process that compiles. It holds the warm compilers, has no environment and no secrets, and is ended
 * from outside when it takes too long or too much.
 */
import {
	createBundler,
	type CompileAnswer,
	type CompileRequest,
	type CompileResult,
} from '../compile/index.ts';
import { warmUpApp } from './warm-up.ts';

function answer(message: CompileAnswer): void {
	process.send?.(message);
}

// The server is gone: nobody waits for this process.
process.on('disconnect', () => process.exit(0));

const bundler = await createBundler();
await bundler.compile(warmUpApp);
let queue = Promise.resolve();

async function compile({ id, files }: CompileRequest): Promise<void> {
	let result: CompileResult;
	try {
		result = await bundler.compile(files);
	} catch (error) {
		// A compiler that breaks on some source is that source's problem and not the process's end.
		const message = error instanceof Error ? error.message : String(error);
		result = { ok: false, boot: '', problems: [{ code: 'compiler_failed', message }] };
	}
	answer({ type: 'result', id, result });
}

process.on('message', (request: CompileRequest) => {
	queue = queue.then(() => compile(request));
});
answer({ type: 'ready' });
