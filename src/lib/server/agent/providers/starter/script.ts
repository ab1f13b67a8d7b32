import type { Message } from '../../messages.ts';
import type { ModelRequest } from '../types.ts';
import { addKey, done, say, type Answer } from './answer.ts';
import { chooseRecipe, recipeList } from './choose.ts';
import { executedCalls, type Executed } from './follow/index.ts';
import { followUp } from './follow-up.ts';
import { namesIn } from './names.ts';
import type { Built } from './recipe.ts';

/**
 * The starter's whole mind: from the conversation so far to its next answer. It knows the app only through
 * the prompt and the results of its own calls, and changes it only by calling tools.
 */
export function nextAnswer(model: ModelRequest): Answer {
	const { messages } = model;
	const request = requestOf(messages);
	const turns = executedCalls(messages);
	const last = lastCalls(messages, turns);
	const listed = turns[0]?.find(({ call }) => call.name === 'list')?.result.text ?? '';
	const isThere = /^src\//m.test(listed);
	if (last.length === 0)
		return turns.length > 0
			? say('I cannot repair this without a model.', [])
			: say(intro(request, /^src\//m.test(contextOf(messages))), [{ name: 'list', input: {} }]);
	if (isThere) return followUp(request, model);
	return onlyPlans(messages) ? plan(request, last) : build(request, last, turns);
}

function build(
	request: string,
	last: readonly Executed[],
	turns: readonly (readonly Executed[])[],
): Answer {
	const failed = last.find(({ result }) => result.isError);
	const [first] = last;
	const { recipe } = chooseRecipe(request);
	const built = recipe.build(namesIn(request, recipe));
	if (failed !== undefined) return onFailure(failed, turns);
	switch (first?.call.name) {
		case 'list':
			return say('', [{ name: 'schema_plan', input: built.schema }]);
		case 'schema_plan': {
			const id = /^Plan (\S+):/m.exec(first.result.text)?.[1];
			return id === undefined
				? writeFiles(built)
				: say('', [{ name: 'schema_apply', input: { plan: id } }]);
		}
		case 'schema_apply':
			return writeFiles(built);
		case 'write':
			return say('', [{ name: 'check', input: {} }]);
		case 'check':
			return say(`Your app is ready in the preview. ${addKey}`, [
				done(
					built.summary,
					[],
					[...built.next, 'Ask for a field, a page, a colour or a rule', addKey],
				),
			]);
		default:
			return say('', []);
	}
}

/** A run that only plans gets the recipe in words. */
function plan(request: string, last: readonly Executed[]): Answer {
	const { recipe } = chooseRecipe(request);
	const built = recipe.build(namesIn(request, recipe));
	if (last[0]?.call.name === 'save_plan')
		return say('', [done(['Wrote down what the recipe would build'], [], [addKey])]);
	const lines = [
		`# ${recipe.label}`,
		...built.summary.map((line) => `- ${line}`),
		`Tables: ${(built.schema.create ?? []).map(({ name }) => name).join(', ')}`,
		`Files: ${built.files.map(({ path }) => path).join(', ')}`,
	];
	return last[0]?.call.name === 'list'
		? say('', [{ name: 'save_plan', input: { text: lines.join('\n') } }])
		: say('', []);
}

function intro(request: string, isThere: boolean): string {
	const who = `I am the starter: no AI, just ready-made apps and a few changes to them.`;
	if (isThere) return `${who} Let me see whether I know how to do this.\n\n`;
	const { recipe, fits } = chooseRecipe(request);
	const choice = fits
		? `Your words fit one of them: ${recipe.label}. I build that`
		: `None of them fits your words, so I start with the simplest, ${recipe.label}`;
	return `${who} They are ${recipeList()}. ${choice}. ${addKey}\n\n`;
}

const writeFiles = ({ files }: Built): Answer =>
	say(
		'',
		files.map(({ path, text }) => ({ name: 'write', input: { path, content: text } })),
	);

function onFailure(
	{ call: { name }, result }: Executed,
	turns: readonly (readonly Executed[])[],
): Answer {
	const words = `${name} was refused, and I cannot find another way: that needs a model. ${addKey}`;
	const hasWritten = turns.flat().some(({ call }) => call.name === 'write');
	// What was changed has to pass the checks; saying done again would not help.
	if (name === 'check' || name === 'done' || hasWritten) return say(words, []);
	return say(words, [done(['The app was not built'], [result.text], [addKey])]);
}

const firstTexts = (messages: readonly Message[]): readonly string[] =>
	(messages[0]?.content ?? []).flatMap((block) => (block.type === 'text' ? [block.text] : []));

/** The person's own words: the last block of the first message. */
const requestOf = (messages: readonly Message[]): string => firstTexts(messages).at(-1) ?? '';
/** What the server says in front of them. */
const contextOf = (messages: readonly Message[]): string =>
	firstTexts(messages).slice(0, -1).join('\n');
const onlyPlans = (messages: readonly Message[]): boolean =>
	contextOf(messages).includes('This run only plans');

/** The calls of the newest answer with their results; none when it made none. */
function lastCalls(
	messages: readonly Message[],
	turns: readonly (readonly Executed[])[],
): readonly Executed[] {
	const answer = messages.findLast((message) => message.role === 'assistant');
	const isCalling = answer?.content.some((block) => block.type === 'tool_call') === true;
	return isCalling && messages.at(-1)?.role === 'user' ? (turns.at(-1) ?? []) : [];
}
