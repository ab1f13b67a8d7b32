import type { Message, ToolCallBlock, ToolResultBlock } from '../../messages.ts';
import { chooseRecipe, recipeList } from './choose.ts';
import { namesIn } from './names.ts';
import type { Built } from './recipe.ts';

/** What the starter answers next. No calls: it ends its turn. */
export interface Answer {
	readonly text: string;
	readonly calls: readonly { readonly name: string; readonly input: unknown }[];
}

const addKey = 'To have something else built or changed, add a model key in Settings → Model.';

/**
 * The starter's whole mind: from the conversation so far to its next answer. It knows the app only through
 * the results of its own calls, and changes it only by calling tools.
 */
export function nextAnswer(messages: readonly Message[]): Answer {
	const request = requestOf(messages);
	const last = lastCalls(messages);
	if (last.length === 0)
		return hasCalled(messages, 'list')
			? { text: 'I cannot repair this without a model.', calls: [] }
			: { text: intro(request), calls: [{ name: 'list', input: {} }] };
	const failed = last.find(({ result }) => result.isError);
	const [first] = last;
	const { recipe } = chooseRecipe(request);
	const built = recipe.build(namesIn(request, recipe));

	if (failed !== undefined) return onFailure(failed.call.name, failed.result.text, messages);
	switch (first?.call.name) {
		case 'list':
			return /^src\//m.test(first.result.text)
				? followUp(request)
				: { text: '', calls: [{ name: 'schema_plan', input: built.schema }] };
		case 'schema_plan': {
			const plan = /^Plan (\S+):/m.exec(first.result.text)?.[1];
			return plan === undefined
				? writeFiles(built)
				: { text: '', calls: [{ name: 'schema_apply', input: { plan } }] };
		}
		case 'schema_apply':
			return writeFiles(built);
		case 'write':
			return { text: '', calls: [{ name: 'check', input: {} }] };
		case 'check':
			return {
				text: `Your app is ready in the preview. ${addKey}`,
				calls: [{ name: 'done', input: { summary: built.summary, next: [...built.next, addKey] } }],
			};
		default:
			return { text: '', calls: [] };
	}
}

function intro(request: string): string {
	const { recipe, fits } = chooseRecipe(request);
	const plan = fits
		? `Your words fit one of them: ${recipe.label}. I build that`
		: `None of them fits your words, so I start with the simplest, ${recipe.label}`;
	return `I am the starter: no AI, just a few ready-made apps (${recipeList()}). ${plan}, if this app is still empty. ${addKey}\n\n`;
}

const writeFiles = ({ files }: Built): Answer => ({
	text: '',
	calls: files.map(({ path, text }) => ({ name: 'write', input: { path, content: text } })),
});

/** There is an app already: it is never written over. */
const followUp = (request: string): Answer => ({
	text: `This app has its files already, and I can only build a new one: changing it as you ask needs a model. I changed nothing. ${addKey}`,
	calls: [
		{
			name: 'done',
			input: {
				summary: ['Looked at the app; changed nothing'],
				notDone: [`"${request.slice(0, 300)}" needs a model`],
				next: [addKey],
			},
		},
	],
});

function onFailure(name: string, reason: string, messages: readonly Message[]): Answer {
	const words = `${name} was refused, and I cannot find another way: that needs a model. ${addKey}`;
	// What was changed has to pass the checks; saying done again would not help.
	if (name === 'check' || name === 'done' || hasCalled(messages, 'write'))
		return { text: words, calls: [] };
	const input = {
		summary: ['The app was not built'],
		notDone: [reason.slice(0, 400)],
		next: [addKey],
	};
	return { text: words, calls: [{ name: 'done', input }] };
}

/** The person's own words: the last block of the first message. */
function requestOf(messages: readonly Message[]): string {
	const block = messages[0]?.content.at(-1);
	return block?.type === 'text' ? block.text : '';
}

interface Executed {
	readonly call: ToolCallBlock;
	readonly result: ToolResultBlock;
}

/** The calls of the newest answer with their results; none when it made none. */
function lastCalls(messages: readonly Message[]): readonly Executed[] {
	const answer = messages.findLast((message) => message.role === 'assistant');
	const results = messages.at(-1);
	if (answer === undefined || results?.role !== 'user') return [];
	return answer.content
		.filter((block) => block.type === 'tool_call')
		.flatMap((call) => {
			const result = results.content.find(
				(block) => block.type === 'tool_result' && block.callId === call.id,
			);
			return result?.type === 'tool_result' ? [{ call, result }] : [];
		});
}

const hasCalled = (messages: readonly Message[], name: string): boolean =>
	messages.some(
		(message) =>
			message.role === 'assistant' &&
			message.content.some((block) => block.type === 'tool_call' && block.name === name),
	);
