/** Does what the preview tool asks for and says what is there afterwards, small enough for one message. */
import type { PreviewAction, PreviewResult } from '#lib/contracts/index.ts';
import { actAll } from './act.ts';
import { outline } from './visible.ts';
import { keepLine, keptFailures, keptLines, settle } from './watch.ts';

const maxText = 8000;
const maxLines = 40;
/** Characters of all console lines together: a character takes up to six bytes in JSON. */
const maxConsole = 3000;

/** Questions that would stop the page are answered as a person who goes on. */
function answerDialogs(): void {
	const told = (kind: string, text: unknown, answer: string): void =>
		keepLine(
			'info',
			`${kind}(${JSON.stringify(String(text).slice(0, 200))}) was answered with ${answer}`,
		);
	window.alert = (text) => told('alert', text, 'OK');
	window.confirm = (text) => {
		told('confirm', text, 'OK');
		return true;
	};
	window.prompt = (text, value) => {
		told('prompt', text, 'what it proposed');
		return value ?? '';
	};
}

export async function preview(actions: readonly PreviewAction[]): Promise<PreviewResult> {
	answerDialogs();
	const steps = await actAll(actions, settle);
	let room = maxConsole;
	const console: PreviewResult['console'] = [];
	for (const line of keptLines().slice(-maxLines).toReversed()) {
		if (room <= 0) break;
		console.unshift({ level: line.level, text: line.text.slice(0, room) });
		room -= line.text.length;
	}
	return {
		path: (location.pathname + location.search + location.hash).slice(0, 2000),
		title: document.title.slice(0, 300),
		steps: [...steps],
		console,
		failed: [...keptFailures()],
		text: outline(maxText).slice(0, 10_000),
	};
}
