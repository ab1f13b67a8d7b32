import type { Checkpoint, CheckpointPart, RestoreResult } from '#lib/contracts/index.ts';
import { countOf } from '#lib/utils/index.ts';

/** A line of the history: a turn with what undoes it, or a single checkpoint. */
export interface Moment {
	readonly checkpoint: Checkpoint;
	readonly title: string;
	/** What it is, in one or two words. */
	readonly kind: string;
	/** What the difference is that belongs to it: of the turn, or of all that came since. */
	readonly from: string;
	readonly to: string;
}

const kinds: Readonly<Record<Checkpoint['kind'], string>> = {
	before: 'before a turn',
	after: 'turn',
	interrupted: 'cut-off turn',
	manual: 'saved by hand',
	restore: 'before going back',
};

/** The checkpoints as lines: the one before a turn is part of that turn's line. @param list newest first */
export function momentsOf(list: readonly Checkpoint[]): readonly Moment[] {
	const ended = new Set(list.flatMap(({ kind, run }) => (kind === 'before' ? [] : (run ?? []))));
	return list.flatMap((checkpoint): Moment[] => {
		const { id, kind, run, note, undo } = checkpoint;
		if (kind === 'before' && run !== null && ended.has(run)) return [];
		const title = note === '' ? titleOf(kind) : note;
		return [
			undo === null
				? { checkpoint, title, kind: kinds[kind], from: id, to: 'now' }
				: { checkpoint, title, kind: kinds[kind], from: undo, to: id },
		];
	});
}

const titleOf = (kind: Checkpoint['kind']): string =>
	kind === 'manual' ? 'Saved state' : 'No description';

export const partLabels: Readonly<Record<CheckpointPart, string>> = {
	code: 'Code',
	schema: 'Tables and fields',
	rules: 'Rules: who may do what',
	data: 'Rows and uploads',
};

/** What a restore did or would do, in one sentence. */
export function outcomeWords({ files, schema, rules, collections }: RestoreResult): string {
	const sum = (key: 'restored' | 'setAside') =>
		collections.reduce((total, each) => total + each[key], 0);
	const parts = [
		files.length > 0 && countOf(files.length, 'file'),
		schema.length + rules.length > 0 &&
			countOf(
				schema.length + rules.length,
				'change of tables and rules',
				'changes of tables and rules',
			),
		sum('restored') > 0 && `${countOf(sum('restored'), 'row')} brought back`,
		sum('setAside') > 0 && `${countOf(sum('setAside'), 'row')} set aside`,
	].filter((part) => part !== false);
	return parts.length === 0 ? 'Nothing differs.' : `${parts.join(', ')}.`;
}
