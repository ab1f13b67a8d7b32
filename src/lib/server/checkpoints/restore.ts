import { randomUUID } from 'node:crypto';
import { rename, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
	TinykitError,
	type Quarantine,
	type RestoreRequest,
	type RestoreResult,
} from '#lib/contracts/index.ts';
import { readCollections } from '../app-collections.ts';
import { ApiError, StoreError, type Backend } from '../backends.ts';
import type { PlainCollection } from '../schema/index.ts';
import type { Interval } from './authors.ts';
import { diffSchema, hashOf } from './diff.ts';
import { planFiles, type FilePlan } from './file-plan.ts';
import { discard } from './files.ts';
import { perform, type Journal, type Journals, type Progress } from './journal.ts';
import { mergeData, type Merged } from './merge.ts';
import type { Quarantines } from './quarantines.ts';
import type { CheckpointRow, CheckpointRows, WholeCheckpoint } from './rows.ts';
import type { DataSnapshots } from './snapshots.ts';
import { targetSchema } from './targets.ts';
import type { CheckpointParts } from './types.ts';

export interface RestoreParts extends CheckpointParts {
	readonly rows: CheckpointRows;
	readonly data: DataSnapshots;
	readonly journals: Journals;
	readonly quarantines: Quarantines;
	/** Makes a checkpoint; the app is held already. */
	readonly take: (app: string, kind: 'restore', note: string) => Promise<CheckpointRow>;
	/** Ids of turns in which the agent may have written rows. */
	readonly agentTurns: (runs: readonly string[]) => Promise<ReadonlySet<string>>;
}

interface Frozen {
	readonly database: string;
	readonly schema: readonly PlainCollection[];
}

/** A restore, or what it would do. The app is held by the caller. */
export async function restoreCheckpoint(
	parts: RestoreParts,
	app: string,
	id: string,
	request: RestoreRequest,
): Promise<RestoreResult> {
	const { rows, data } = parts;
	const point = await rows.get(app, id);
	const touchesDraft = request.parts.some((part) => part !== 'code');
	if (request.parts.includes('data') && !(point.data !== null && data.has(app, point.data)))
		throw new TinykitError('checkpoint_data_missing');
	const files = request.parts.includes('code')
		? await planFiles(parts, point, request.files)
		: undefined;
	const isDryRun = request.dryRun === true;
	if (files && request.files && request.force !== true && !isDryRun) refuseEdited(files);

	const work = await data.workspace(app);
	try {
		if (isDryRun) {
			const kept = touchesDraft
				? await data.take(app, (await rows.newest(app))?.data ?? null)
				: undefined;
			const merged =
				kept &&
				(await merge(parts, point, request, work, {
					database: data.database(app, kept.id),
					schema: kept.schema,
				}));
			return await resultOf(request, point, files, merged, null, null);
		}
		const undo = await parts.take(app, 'restore', noteOf(point));
		return touchesDraft
			? await parts.backends.use(app, 'draft', (backend) =>
					withDraft(parts, backend, { point, request, work, files, undo }),
				)
			: await withoutDraft(parts, { point, request, work, files, undo });
	} finally {
		// What has begun and could not be finished is the next start's.
		const pending = await parts.journals.pending();
		if (!pending.some(({ body }) => body.work === work)) await discard(work);
	}
}

/** What the checkpoint is called that leads back from a restore. */
const noteOf = ({ kind, note, created }: CheckpointRow): string =>
	kind === 'restore'
		? 'Before taking a restore back'
		: `Before going back to: ${note === '' ? created : note}`;

interface Task {
	readonly point: WholeCheckpoint;
	readonly request: RestoreRequest;
	readonly work: string;
	readonly files: FilePlan | undefined;
	readonly undo: CheckpointRow;
}

/** The draft is closed from before its rows are read until the new ones are in place: requests wait, none is lost. */
async function withDraft(
	parts: RestoreParts,
	backend: Backend,
	task: Task,
): Promise<RestoreResult> {
	const { point, request, work, files, undo } = task;
	const { dataDir } = backend.app;
	const done: { merged?: Merged; quarantine: string | null } = { quarantine: null };
	const schema = readCollections(backend);
	await backend.app.replaceFiles(async () => {
		const frozen = { database: join(dataDir, 'data.db'), schema };
		const merged = await merge(parts, point, request, work, frozen);
		parts.onStep?.('merged');
		done.merged = merged;
		const aside = await keepAside(parts, point, work, merged);
		done.quarantine = aside?.id ?? null;
		const body: Journal = {
			...codeOf(task),
			database: merged.database,
			...(request.parts.includes('data') &&
				point.data !== null && { uploads: parts.data.uploads(point.app, point.data) }),
			work,
		};
		await carryOut(parts, task, body, dataDir, aside);
	});
	return resultOf(request, point, files, done.merged, undo.id, done.quarantine);
}

async function withoutDraft(parts: RestoreParts, task: Task): Promise<RestoreResult> {
	const { point, request, work, files, undo } = task;
	await carryOut(parts, task, { ...codeOf(task), work }, '', undefined);
	return resultOf(request, point, files, undefined, undo.id, null);
}

const codeOf = ({ point, request, files }: Task): Pick<Journal, 'code' | 'files'> =>
	files ? { code: point.code, ...(request.files && { files: [...request.files] }) } : {};

/** From the first line that is written down, the restore happens: now, or after a crash at the next start. */
async function carryOut(
	{ store, journals, quarantines, rows, workspace, onStep = () => undefined }: RestoreParts,
	{ point, files, undo }: Task,
	body: Journal,
	draft: string,
	aside: Quarantine | undefined,
): Promise<void> {
	const { app } = point;
	const source = workspace(app);
	const progress: Progress = { files: [] };
	await store.write(async (tx) => {
		if (aside) await tx.run(quarantines.insertQuery(app, aside));
		await tx.run(journals.beginQuery(app, body));
	});
	onStep('begun');
	try {
		await perform(body, draft, source, onStep, files?.expected, progress);
		const { before } = progress;
		// Somebody wrote a file since the checkpoint was made: it is in the history, and the way back leads there.
		if (before && before.id !== undo.code) await rows.setCode(undo.id, before.id);
	} catch (error) {
		// The database changes place last: it is still the old one, so the files become the old ones, too.
		if (body.code !== undefined && body.files) {
			const made = await source.contents(body.code);
			for (const path of progress.files) {
				const ifMatch = hashOf(made.get(path)) ?? null;
				await source.restoreFile(undo.code, path, { ifMatch }).catch(unlessEdited);
			}
		} else if (body.code !== undefined) await source.restore(progress.before?.id ?? undo.code);
		await journals.end(app);
		throw error;
	}
	await journals.end(app);
	onStep('done');
}

/** Somebody wrote the file meanwhile: it stays. */
function unlessEdited(error: unknown): void {
	if (!(error instanceof TinykitError && error.code === 'file_changed')) throw error;
}

function refuseEdited({ changes }: FilePlan): void {
	const paths = changes.filter(({ changedSince }) => changedSince).map(({ path }) => path);
	if (paths.length > 0) throw new TinykitError('file_edited_since', { details: { paths } });
}

async function merge(
	parts: RestoreParts,
	point: WholeCheckpoint,
	request: RestoreRequest,
	work: string,
	frozen: Frozen,
): Promise<Merged> {
	const { data } = parts;
	const takesData = request.parts.includes('data') && point.data !== null;
	try {
		return await mergeData({
			dir: work,
			now: frozen,
			then: takesData
				? { database: data.database(point.app, point.data), schema: point.schema }
				: undefined,
			target: targetSchema(frozen.schema, point.schema, request.parts),
			intervals: takesData ? await intervalsSince(parts, point) : () => [],
			asideFile: join(work, 'aside.json'),
		});
	} catch (cause) {
		// The schemas contradict each other, or the copy cannot be read; anything else is a fault of ours.
		if (!(cause instanceof ApiError || cause instanceof StoreError)) throw cause;
		parts.log('error', `restoring ${point.app}`, cause);
		throw new TinykitError('restore_impossible', { cause });
	}
}

/** The checkpoints from this one on, each with the next; the last with what is there now. */
async function intervalsSince(
	{ rows, data, agentTurns }: RestoreParts,
	point: CheckpointRow,
): Promise<(now: Frozen) => readonly Interval[]> {
	const all = await rows.all(point.app);
	const since = all.slice(all.findIndex(({ id }) => id === point.id));
	const agents = await agentTurns(since.flatMap(({ run }) => run ?? []));
	if (agents.size === 0) return () => [];
	const moments: (Frozen & { readonly turn: string | null })[] = [];
	let turn: string | null = null;
	for (const row of since) {
		// Made in the middle of a turn, a checkpoint does not end it.
		if (row.kind === 'before') turn = row.run;
		if (row.kind === 'after' || row.kind === 'interrupted') turn = null;
		if (row.data === null || !data.has(row.app, row.data)) continue;
		const { schema } = await rows.get(row.app, row.id);
		moments.push({ database: data.database(row.app, row.data), schema, turn });
	}
	return (now) =>
		moments.map((from, index) => ({
			from,
			to: moments[index + 1] ?? now,
			isAgents: from.turn !== null && agents.has(from.turn),
		}));
}

async function keepAside(
	{ quarantines, now }: RestoreParts,
	point: CheckpointRow,
	work: string,
	{ aside }: Merged,
): Promise<Quarantine | undefined> {
	if (!aside) return undefined;
	const set = {
		...aside,
		id: randomUUID(),
		created: now().toISOString(),
		checkpoint: point.id,
	};
	const path = quarantines.path(point.app, set.id);
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	await rename(join(work, 'aside.json'), path);
	return set;
}

async function resultOf(
	{ parts, dryRun = false }: RestoreRequest,
	point: CheckpointRow,
	files: FilePlan | undefined,
	merged: Merged | undefined,
	undo: string | null,
	quarantine: string | null,
): Promise<RestoreResult> {
	const counts = Object.fromEntries(
		merged?.collections.map(({ name, carried, setAside }) => [name, carried + setAside]) ?? [],
	);
	const words = merged
		? await diffSchema(merged.now, merged.target, counts)
		: { schema: [], rules: [] };
	return {
		checkpoint: point.id,
		dryRun,
		parts,
		undo,
		files: [...(files?.changes ?? [])],
		...words,
		collections: merged?.collections ?? [],
		quarantine,
	};
}
