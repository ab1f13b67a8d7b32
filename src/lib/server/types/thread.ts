/** The thread that checks types. It gets texts and gives back findings; nothing of an app is executed in it. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { createAppCheck } from './check-app.ts';
import type { CheckAnswer, CheckRequest } from './protocol.ts';
import { warmUpApp } from './warm-up.ts';

// What a person looks at comes first. Only Linux knows a priority of one thread; elsewhere it is the process's.
if (process.platform === 'linux') setPriority(5);

const check = createAppCheck();
// Most of a first check is reading the libraries: done before somebody waits for it.
check(warmUpApp);

parentPort?.on('message', ({ id, source }: CheckRequest) => {
	let answer: CheckAnswer;
	try {
		answer = { id, result: check(source) };
	} catch (error) {
		const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
		answer = { id, error: words.slice(0, 4000) };
	}
	parentPort?.postMessage(answer);
});
