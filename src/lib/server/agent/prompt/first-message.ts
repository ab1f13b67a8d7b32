import type { UserMessage } from '../messages.ts';
import type { AgentFileEntry, PastTurn } from '../ports.ts';

const maxTurns = 10;
const maxTurnText = 1500;
const maxFiles = 200;

/**
 * The message a run begins with: what happened before and which files there are, then the request in the
 * person's own words as a block of its own, the last one.
 */
export function firstMessage(
	text: string,
	history: readonly PastTurn[],
	files: readonly AgentFileEntry[],
): UserMessage {
	const parts = [pastTurns(history), fileList(files)].filter((part) => part !== '');
	return {
		role: 'user',
		content: [
			{ type: 'text', text: `<context>\n${parts.join('\n\n')}\n</context>` },
			{ type: 'text', text },
		],
	};
}

/** A request the model declined is left out: with it in the context it would decline again. */
function pastTurns(history: readonly PastTurn[]): string {
	const turns = history.filter((turn) => turn.reason !== 'refused_by_model').slice(-maxTurns);
	if (turns.length === 0) return '';
	const lines = turns.map(({ text, reason, card }) => {
		const list = (name: string, items: readonly string[] | undefined): string =>
			items === undefined || items.length === 0 ? '' : `\n${name}: ${items.join('; ')}`;
		return `Request: ${text.slice(0, maxTurnText)}\nEnded: ${reason}${list('Done', card?.done)}${list('Not done', card?.notDone)}`;
	});
	return `Earlier turns on this app, oldest first:\n${lines.join('\n---\n')}`;
}

function fileList(files: readonly AgentFileEntry[]): string {
	if (files.length === 0) return 'The app has no files yet.';
	const lines = files.slice(0, maxFiles).map((file) => `${file.path} (${file.size} bytes)`);
	const more = files.length > maxFiles ? `\n[${files.length - maxFiles} more]` : '';
	return `Files of the app:\n${lines.join('\n')}${more}`;
}
