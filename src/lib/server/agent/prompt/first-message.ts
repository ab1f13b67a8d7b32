import type { RunMode, ViewState } from '#lib/contracts/index.ts';
import type { UserMessage } from '../messages.ts';
import type { AgentFact, AgentFileEntry, PastTurn } from '../ports.ts';
import { fence } from '../tools/untrusted.ts';

const maxTurns = 10;
const maxTurnText = 1500;
const maxFiles = 200;

export interface Opening {
	/** The person's request. */
	readonly text: string;
	readonly history: readonly PastTurn[];
	readonly files: readonly AgentFileEntry[];
	readonly facts: readonly AgentFact[];
	readonly mode: RunMode;
	/** The accepted plan this run builds. */
	readonly plan: string | undefined;
	readonly view: ViewState | undefined;
	/** Milliseconds since 1970. */
	readonly now: number;
	/** What happened in this run before its conversation was shortened. */
	readonly summary?: string;
}

/**
 * The message a run begins with: what was settled, what happened before and which files there are; then what is
 * true only now; then the request in the person's own words as a block of its own, the last one.
 *
 * What changes all the time (the hour, the open file) stands here and nowhere else: nothing before it, so that
 * the prefix stays cached.
 */
export function firstMessage(opening: Opening): UserMessage {
	const { text, summary } = opening;
	const context = [factList(opening.facts), pastTurns(opening.history), fileList(opening.files)];
	const blocks = [
		`<context>\n${context.filter((part) => part !== '').join('\n\n')}\n</context>`,
		opening.plan === undefined
			? ''
			: `<plan>\nThe person accepted this plan; this run builds it.\n${opening.plan}\n</plan>`,
		summary === undefined ? '' : `<so-far>\n${summary}\n</so-far>`,
		`<now>\n${nowLines(opening).join('\n')}\n</now>`,
		text,
	];
	return {
		role: 'user',
		content: blocks
			.filter((block) => block !== '')
			.map((block) => ({ type: 'text', text: block }) as const),
	};
}

function factList(facts: readonly AgentFact[]): string {
	if (facts.length === 0) return '';
	const lines = facts.map(({ kind, text }) => `- [${kind}] ${text}`);
	return `Settled with the person; keep to it:\n${lines.join('\n')}`;
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

function nowLines({ now, view, mode }: Opening): readonly string[] {
	const untrusted = [
		...(view?.selection === undefined ? [] : [`Picked element:\n${view.selection}`]),
		...(view?.errors === undefined || view.errors.length === 0
			? []
			: [`Console:\n${view.errors.join('\n')}`]),
	];
	return [
		`Time: ${new Date(now).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
		...(view?.file === undefined ? [] : [`Open file: ${view.file}`]),
		...(view?.page === undefined ? [] : [`Page in the preview: ${view.page}`]),
		...(untrusted.length === 0 ? [] : [fence('the preview', untrusted.join('\n'))]),
		...(mode === 'plan'
			? [
					'This run only plans: nothing is changed in it. Look at what you need, ask what is open, write the plan with save_plan, then call done.',
				]
			: []),
	];
}
