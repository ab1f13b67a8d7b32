import type { ToolInput } from '../definitions.ts';
import { answer, failure, type ToolAnswer, type ToolContext } from '../context.ts';

/** Items of one list. */
export const maxTodos = 40;

/** Replaces the list, or with `merge` changes the items that are named and adds the others at the end. */
export async function todo(input: ToolInput<'todo'>, context: ToolContext): Promise<ToolAnswer> {
	const { state, sink } = context;
	const named = new Set(input.items.map(({ text }) => text));
	if (named.size < input.items.length)
		return failure('Two items have the same text; nothing was changed.', 'items twice');
	const given = new Map(input.items.map((item) => [item.text, { ...item, done: item.done }]));
	const kept = input.merge === true ? state.todos : [];
	const known = new Set(kept.map(({ text }) => text));
	const items = [
		...kept.map((item) => given.get(item.text) ?? item),
		...[...given.values()].filter(({ text }) => !known.has(text)),
	];
	if (items.length > maxTodos)
		return failure(
			`The list would have ${items.length} items; ${maxTodos} at most. Nothing was changed: join small ones.`,
			'too many items',
		);
	state.todos = items;
	await sink.emit({ type: 'todo', items: items.map((item) => ({ ...item })) });
	const open = items.filter((item) => !item.done).length;
	return answer(
		items.length === 0
			? 'The list is empty.'
			: items.map((item) => `[${item.done ? 'x' : ' '}] ${item.text}`).join('\n'),
		`${items.length - open} of ${items.length}`,
	);
}
