import type { StopReason, TurnCard } from '#lib/contracts/index.ts';
import type { RunState } from './tools/index.ts';

const maxLines = 20;

/**
 * The end-of-turn card: the model's own report when it was accepted, or when the last step was kept for it; else
 * what the run can prove. What stands open in its list is never left out.
 */
export function turnCard(
	state: RunState,
	end: { readonly reason: StopReason; readonly message: string; readonly next: string },
	cost: TurnCard['cost'],
): TurnCard {
	const facts = [
		...state.schemaChanges,
		...[...state.changed].sort().map((path) => `Changed ${path}`),
	].slice(0, maxLines);
	const said = state.done ?? (state.closing ? state.report : undefined);
	const open = state.todos
		.filter(({ text, done }) => !done && said?.notDone.includes(text) !== true)
		.map(({ text }) => text);
	const why = end.reason === 'done' ? [] : [end.message];
	return {
		done: said === undefined ? facts : [...said.summary],
		notDone: [
			...(state.done === undefined ? why : []),
			...(said?.notDone ?? []),
			...open.slice(0, maxLines),
		],
		next: said === undefined || said.next.length === 0 ? [end.next] : [...said.next],
		evidence: [...(state.checks ?? [])],
		cost,
	};
}
