import { createHash } from 'node:crypto';
import type { CheckpointDiff, FileDiff } from '#lib/contracts/index.ts';
import { diffLines } from '#lib/utils/index.ts';
import { effectsOf, type PlainCollection } from '../schema/index.ts';
import { withRules } from './targets.ts';

type Files = ReadonlyMap<string, Uint8Array>;
type Counts = Readonly<Record<string, number>>;

/** Bytes of a file whose lines are compared, and of all files of one diff. */
const maxFile = 200_000;
const maxAll = 2_000_000;

export interface FileChange {
	readonly path: string;
	readonly change: FileDiff['change'];
}

/** Paths whose bytes differ, in alphabetical order. */
export function changedFiles(before: Files, after: Files): FileChange[] {
	return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path): FileChange[] => {
		const old = before.get(path);
		const now = after.get(path);
		if (!old) return [{ path, change: 'added' }];
		if (!now) return [{ path, change: 'removed' }];
		return Buffer.compare(old, now) === 0 ? [] : [{ path, change: 'changed' }];
	});
}

/** What differs between the files of two moments. */
export function diffFiles(before: Files, after: Files): FileDiff[] {
	let left = maxAll;
	return changedFiles(before, after).map(({ path, change }) => {
		const old = before.get(path) ?? new Uint8Array();
		const now = after.get(path) ?? new Uint8Array();
		const size = Math.max(old.byteLength, now.byteLength);
		const none = { path, change, added: 0, removed: 0, hunks: [] };
		if (size > maxFile || size > left) return { ...none, omitted: 'too_large' };
		left -= size;
		const texts = [textOf(old), textOf(now)];
		const [a, b] = texts;
		if (a === undefined || b === undefined) return { ...none, omitted: 'binary' };
		const { added, removed, hunks } = diffLines(a, b);
		return {
			path,
			change,
			added,
			removed,
			omitted: null,
			hunks: hunks.map((hunk) => ({ ...hunk, lines: [...hunk.lines] })),
		};
	});
}

function textOf(bytes: Uint8Array): string | undefined {
	if (bytes.includes(0)) return undefined;
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return undefined;
	}
}

export const hashOf = (bytes: Uint8Array | undefined): string | undefined =>
	bytes && createHash('sha256').update(bytes).digest('hex');

/** Changes of tables and fields, and those of rules, in words. @param counts rows of the earlier moment */
export async function diffSchema(
	before: readonly PlainCollection[],
	after: readonly PlainCollection[],
	counts: Counts,
): Promise<Pick<CheckpointDiff, 'schema' | 'rules'>> {
	const rowsOf = (name: string): Promise<number> => Promise.resolve(counts[name] ?? 0);
	const between = withRules(before, after);
	return {
		rules: [...(await effectsOf(before, between, rowsOf))],
		schema: [...(await effectsOf(between, after.map(withNewFields(before)), rowsOf))],
	};
}

/** A field that is being made has no id yet; in two schemas that both exist, it has one that the other does not know. */
const withNewFields =
	(before: readonly PlainCollection[]) =>
	(collection: PlainCollection): PlainCollection => {
		const known = before.find(({ id }) => id === collection.id)?.fields ?? [];
		const fields = collection.fields.map((field) => {
			if (known.some(({ id }) => id === field.id)) return field;
			const { id: _id, ...fresh } = field;
			return fresh;
		});
		return { ...collection, fields };
	};

/** Collections whose number of rows differs. */
export const diffRows = (before: Counts, after: Counts): CheckpointDiff['rows'] =>
	[...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((collection) => {
		const counts = { before: before[collection] ?? 0, after: after[collection] ?? 0 };
		return counts.before === counts.after ? [] : [{ collection, ...counts }];
	});
