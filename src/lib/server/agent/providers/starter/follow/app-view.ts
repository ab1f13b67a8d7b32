import type { Message, ToolCallBlock, ToolResultBlock } from '../../../messages.ts';
import type { Action } from './rule-words.ts';

export interface TableField {
	readonly name: string;
	readonly type: string;
	/** The rest of its line: `max=80 required=true`. */
	readonly options: string;
}

export interface Table {
	readonly name: string;
	readonly fields: readonly TableField[];
	/** null: nobody but the builder; '': everybody. */
	readonly rules: Readonly<Record<string, string | null>>;
}

export interface SourceFile {
	readonly path: string;
	readonly text: string;
}

/** The app as far as the starter knows it: from the prompt and from what its own calls answered. */
export interface AppView {
	readonly tables: readonly Table[];
	readonly files: readonly SourceFile[];
}

export interface Executed {
	readonly call: ToolCallBlock;
	readonly result: ToolResultBlock;
}

/** Every call with its result, oldest first; one list for each answer. */
export function executedCalls(messages: readonly Message[]): readonly (readonly Executed[])[] {
	return messages.flatMap((message, index) => {
		if (message.role !== 'assistant') return [];
		const results = messages[index + 1]?.content ?? [];
		const calls = message.content.filter((block) => block.type === 'tool_call');
		if (calls.length === 0) return [];
		return [
			calls.flatMap((call) => {
				const result = results.find(
					(block) => block.type === 'tool_result' && block.callId === call.id,
				);
				return result?.type === 'tool_result' ? [{ call, result }] : [];
			}),
		];
	});
}

const sectionHead = '# Its collections at the start of this run\n';

/** The collections as the prompt shows them. */
export function tablesIn(system: readonly string[]): readonly Table[] {
	const part = system.find((text) => text.includes(sectionHead));
	const section = part?.slice(part.indexOf(sectionHead) + sectionHead.length).split('\n\n# ', 1)[0];
	return (section ?? '').split('\n\n').flatMap((paragraph): Table[] => {
		const [head = '', ...lines] = paragraph.split('\n');
		const name = /^(\w+) \((?:base|auth)\)$/.exec(head.trim())?.[1];
		if (name === undefined) return [];
		// The five rules are the last lines but for indexes; a field may have the name of a rule.
		const plain = lines.filter((line) => !line.trim().startsWith('CREATE '));
		const rules = plain.slice(-5).map((line) => /^ {2}(\w+): (.*)$/.exec(line));
		const fields = plain.slice(0, -5).map((line) => /^ {2}(\w+): (\w+) ?(.*)$/.exec(line));
		return [
			{
				name,
				fields: fields.flatMap((found) =>
					found ? [{ name: found[1] ?? '', type: found[2] ?? '', options: found[3] ?? '' }] : [],
				),
				rules: Object.fromEntries(
					rules.flatMap((found) => (found ? [[found[1] ?? '', ruleOf(found[2] ?? '')]] : [])),
				),
			},
		];
	});
}

const ruleOf = (text: string): string | null =>
	text === 'nobody' ? null : text === 'everybody' ? '' : text;

/** The rules an action has. */
export const rulesOf = (
	action: Action,
): readonly ('list' | 'view' | 'create' | 'update' | 'delete')[] =>
	action === 'read' ? ['list', 'view'] : [action];

/** The files that were read; undefined when one came only in part. */
export function filesRead(executed: readonly Executed[]): readonly SourceFile[] | undefined {
	const files: SourceFile[] = [];
	for (const { call, result } of executed) {
		if (call.name !== 'read' || result.isError) continue;
		const path = (call.input as { readonly path?: unknown }).path;
		if (typeof path !== 'string') continue;
		if (/\n\[lines \d+ to \d+ of \d+; read on/.test(result.text)) return undefined;
		const isEmpty = !/^\d+\|/.test(result.text);
		const lines = result.text.split('\n').map((line) => line.replace(/^\d+\|/, ''));
		files.push({ path, text: isEmpty ? '' : `${lines.join('\n')}\n` });
	}
	return files;
}

const singularOf = (word: string): string =>
	/ies$/.test(word)
		? `${word.slice(0, -3)}y`
		: /(?:s|x|ch|sh)es$/.test(word)
			? word.slice(0, -2)
			: /[^s]s$/.test(word)
				? word.slice(0, -1)
				: word;
/** `The Guests` -> `guest`; for comparing, not for showing. */
export const stemOf = (words: string): string =>
	singularOf(
		words
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N}]+/gu, '_')
			.replaceAll(/^_+|_+$/g, ''),
	);

/** What people call the rows of the tables that recipes make. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
	entries: ['guest', 'visitor', 'message', 'entry', 'signature', 'wish', 'greeting', 'guestbook'],
	todos: ['task', 'todo', 'to_do', 'item', 'chore', 'thing'],
	votes: ['vote', 'voter', 'ballot', 'poll', 'answer'],
	notes: ['note', 'entry', 'page', 'memo', 'idea', 'journal'],
	replies: ['guest', 'reply', 'answer', 'rsvp', 'booking', 'reservation', 'invitation', 'person'],
	habits: ['habit', 'routine'],
	expenses: ['expense', 'receipt', 'spending', 'cost'],
	cards: ['card', 'task', 'ticket', 'board'],
	links: ['link', 'bookmark', 'site', 'website'],
	recipes: ['recipe', 'dish', 'meal', 'cookbook'],
	ideas: ['idea', 'suggestion', 'request', 'feature', 'feedback'],
	signups: ['signup', 'sign_up', 'subscriber', 'address', 'waitlist', 'waiting_list'],
	messages: ['message', 'chat', 'post'],
	people: [
		'person',
		'people',
		'member',
		'colleague',
		'contact',
		'employee',
		'profile',
		'entry',
		'team_member',
	],
	items: ['item', 'product', 'thing', 'part', 'article', 'inventory', 'stock'],
};

/** The app's own tables; accounts are not among them. */
export const ownTables = ({ tables }: AppView): readonly Table[] =>
	tables.filter(({ name }) => name !== 'users');

/** Is the table meant by these words? */
export const isCalled = (table: Table, words: string): boolean => {
	const stem = stemOf(words);
	return stemOf(table.name) === stem || (synonyms[table.name] ?? []).includes(stem);
};

export type Found<T> = { readonly found: T } | { readonly why: string };

/** The table somebody means; without a word for it the only one, or the only one with a form. */
export function tableFor(app: AppView, words: string | undefined): Found<Table> {
	const tables = ownTables(app);
	const list = tables.map(({ name }) => name).join(', ');
	if (tables.length === 0) return { why: 'this app has no tables' };
	if (words !== undefined) {
		const exact = tables.filter(({ name }) => stemOf(name) === stemOf(words));
		const called = exact.length > 0 ? exact : tables.filter((table) => isCalled(table, words));
		if (called.length === 1 && called[0]) return { found: called[0] };
		return {
			why: `there is no table "${words}" (there ${tables.length === 1 ? 'is' : 'are'}: ${list})`,
		};
	}
	const [only] = tables;
	if (tables.length === 1 && only) return { found: only };
	const withForm = tables.filter(({ name }) => formFiles(app, name).length > 0);
	const [main] = withForm;
	return withForm.length === 1 && main
		? { found: main }
		: { why: `there are several tables (${list}): say which one` };
}

export const uses = ({ text }: SourceFile, table: string): boolean =>
	new RegExp(String.raw`\bdata\.${table}\.`).test(text);

/** Components in which somebody fills in a form for the table. */
export const formFiles = ({ files }: AppView, table: string): readonly SourceFile[] =>
	files.filter(
		({ path, text }) =>
			path.endsWith('.svelte') &&
			text.includes('<form') &&
			/bind:(?:value|checked|group)=/.test(text) &&
			new RegExp(
				String.raw`\bdata\.${table}\.(?:create|update)\(\s*(?:\w+\.id,|id,)?\s*\{\s*(?:\.\.\.|\w)`,
			).test(text),
	);
