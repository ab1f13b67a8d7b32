import { TinykitError, type RestoreResult } from '#lib/contracts/index.ts';
import { changedFiles, hashOf } from './diff.ts';
import type { CheckpointRow, CheckpointRows } from './rows.ts';
import type { CheckpointParts } from './types.ts';

export interface FilePlan {
	readonly changes: RestoreResult['files'];
	/** Hash of each of these files as it is; null for one that is not there. */
	readonly expected: ReadonlyMap<string, string | null>;
}

/**
 * Which files a restore changes, and which of them somebody changed since: a file counts as untouched while it is what
 * the newest checkpoint has and, when the file of one turn is undone, what that turn left.
 * @param only these files
 * @throws TinykitError `file_not_found` for a path that neither the checkpoint nor the app has
 */
export async function planFiles(
	{ workspace, rows }: Pick<CheckpointParts, 'workspace'> & { readonly rows: CheckpointRows },
	point: CheckpointRow,
	only: readonly string[] | undefined,
): Promise<FilePlan> {
	const files = workspace(point.app);
	const wanted = await files.contents(point.code);
	const all = await files.readAll();
	const now = new Map<string, Uint8Array>(all.map(({ path, bytes }) => [path, bytes]));
	for (const path of only ?? [])
		if (!wanted.has(path) && !now.has(path))
			throw new TinykitError('file_not_found', { details: { path } });
	const newest = await rows.newest(point.app);
	const end =
		only && point.kind === 'before' && point.run !== null
			? ((await rows.ofRun(point.app, point.run, 'after')) ??
				(await rows.ofRun(point.app, point.run, 'interrupted')))
			: undefined;
	const last = [newest, end].flatMap((row) => (row ? [row.code] : []));
	const known = await Promise.all([...new Set(last)].map((code) => files.contents(code)));
	const changes = changedFiles(now, wanted).filter(({ path }) => !only || only.includes(path));
	return {
		changes: changes.map((change) => ({
			...change,
			changedSince: known.some(
				(then) => hashOf(then.get(change.path)) !== hashOf(now.get(change.path)),
			),
		})),
		expected: new Map((only ?? []).map((path) => [path, hashOf(now.get(path)) ?? null])),
	};
}
