/** The thread that checks types. It gets texts and gives back findings; nothing of an app is executed in it. */
import { parentPort } from 'node:worker_threads';
import { createAppCheck } from './check-app.ts';
import type { CheckAnswer, CheckRequest } from './protocol.ts';

const check = createAppCheck();

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
