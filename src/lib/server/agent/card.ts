import type { StopReason, TurnCard } from '#lib/contracts/index.ts';
import type { RunState } from './tools/index.ts';

const maxLines = 20;

/** The end-of-turn card: the model's own report when it was accepted, else what the run can prove. */
export function turnCard(
	state: RunState,
	end: { readonly reason: StopReason; readonly message: string; readonly next: string },
	cost: TurnCard['cost'],
): TurnCard {
	const facts = [
		...state.schemaChanges,
		...[...state.changed].sort().map((path) => `Changed ${path}`),
	].slice(0, maxLines);
	const { done } = state;
	return {
		done: done === undefined ? facts : [...done.summary],
		notDone: done === undefined ? (end.reason === 'done' ? [] : [end.message]) : [...done.notDone],
		next: done === undefined || done.next.length === 0 ? [end.next] : [...done.next],
		evidence: [...(state.checks ?? [])],
		cost,
	};
}
