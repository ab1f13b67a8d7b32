import { join } from 'node:path';
import { TinykitError, type Checkpoint } from '#lib/contracts/index.ts';
import { diffFiles, diffRows, diffSchema } from './diff.ts';
import { createJournals, perform } from './journal.ts';
import { createQuarantines } from './quarantines.ts';
import { restoreCheckpoint } from './restore.ts';
import { createCheckpointRows, type CheckpointRow } from './rows.ts';
import { createDataSnapshots, type KeptData } from './snapshots.ts';
import { createTurnLog } from './turn-log.ts';
import { defaultLimits, type CheckpointParts, type Checkpoints, type Turn } from './types.ts';

export function createCheckpoints(parts: CheckpointParts): Checkpoints {
	const { store, backends, workspace, dataDir, now, log } = parts;
	const limits = parts.limits ?? defaultLimits;
	const rows = createCheckpointRows(store, now);
	const data = createDataSnapshots(dataDir, backends);
	const journals = createJournals(store);
	const quarantines = createQuarantines(store, (app) => data.quarantine(app));
	const turns = createTurnLog(store, parts.rowWriters);
	const hold = createLocks();

	const take = async (
		app: string,
		kind: Checkpoint['kind'],
		note: string,
		run: string | null = null,
	): Promise<CheckpointRow> => {
		const { id: code } = await workspace(app).snapshot(note === '' ? 'Checkpoint' : note);
		const kept = await data.take(app, (await rows.newest(app))?.data ?? null);
		const made = await rows.insert({
			...{ app, kind, run, note, code, schema: kept.schema },
			...{ data: kept.id, bytes: kept.bytes, rows: kept.rows },
		});
		await prune(app);
		return made;
	};

	/** The oldest go until the rest is within its bounds; copies that none refers to go with them. */
	const prune = async (app: string): Promise<void> => {
		const all = await rows.all(app);
		const open = await turns.openRun(app);
		const kept = [...all];
		const bytesOf = (list: readonly CheckpointRow[]): number =>
			[...new Map(list.map((row) => [row.data, row.bytes])).values()].reduce((a, b) => a + b, 0);
		const mayGo = (row: CheckpointRow): boolean =>
			!row.bookmarked && row !== all.at(-1) && !(open !== undefined && row.run === open);
		while (kept.length > limits.count || bytesOf(kept) > limits.bytes) {
			const at = kept.findIndex(mayGo);
			const [gone] = at < 0 ? [] : kept.splice(at, 1);
			if (!gone) break;
			await rows.remove(gone.id);
		}
		await data.sweep(app, new Set(kept.flatMap((row) => row.data ?? [])));
	};

	const toWire = async (row: CheckpointRow): Promise<Checkpoint> => {
		const { app: _app, data: id, ...shown } = row;
		const isEnd = row.kind === 'after' || row.kind === 'interrupted';
		const before =
			isEnd && row.run !== null ? await rows.ofRun(row.app, row.run, 'before') : undefined;
		return {
			...shown,
			hasData: id !== null && data.has(row.app, id),
			undo: before?.id ?? null,
		};
	};

	const end = (run: Turn, kind: 'after' | 'interrupted'): Promise<string | undefined> =>
		hold(run.app, async () => (await take(run.app, kind, firstLine(run.text), run.id)).id).catch(
			(cause: unknown) => {
				log('error', `no restore point after run ${run.id}`, cause);
				return undefined;
			},
		);

	return {
		begin: (run) =>
			hold(run.app, async () => {
				const known = await rows.ofRun(run.app, run.id, 'before');
				return (known ?? (await take(run.app, 'before', firstLine(run.text), run.id))).id;
			}),
		end,
		async list(app, page, perPage) {
			const items = await rows.page(app, perPage, (page - 1) * perPage);
			return {
				page,
				perPage,
				totalItems: await rows.count(app),
				items: await Promise.all(items.map(toWire)),
			};
		},
		create: (app, note) => hold(app, async () => toWire(await take(app, 'manual', note))),
		update: async (app, id, patch) => toWire(await rows.update(app, id, patch)),
		async diff(app, id, to) {
			const from = await rows.get(app, id);
			const files = workspace(app);
			const other = to === undefined ? undefined : await rows.get(app, to);
			const kept = other ? undefined : await currentData(app);
			const before = await files.contents(from.code);
			const after = other
				? await files.contents(other.code)
				: new Map<string, Uint8Array>(
						(await files.readAll()).map(({ path, bytes }) => [path, bytes]),
					);
			const schema = (other ?? kept)?.schema ?? [];
			const counts = (other ?? kept)?.rows ?? {};
			return {
				from: id,
				to: other?.id ?? 'now',
				files: diffFiles(before, after),
				...(await diffSchema(from.schema, schema, from.rows)),
				rows: diffRows(from.rows, counts),
			};
		},
		restore: (app, id, request) =>
			hold(app, async () => {
				if (request.dryRun !== true && (await turns.openRun(app)) !== undefined)
					throw new TinykitError('run_active');
				return restoreCheckpoint(
					{
						...parts,
						...{ rows, data, journals, quarantines, take },
						agentTurns: (runs) => turns.withRowWriters(runs),
					},
					app,
					id,
					request,
				);
			}),
		quarantines: (app) => quarantines.list(app),
		quarantineFile: (app, id) => quarantines.file(app, id),
		async recover() {
			for (const { app, body } of await journals.pending()) {
				const draft = join(dataDir, 'apps', app, 'draft');
				// Given up when it cannot be finished: a later start would put old rows in the place of newer ones.
				await perform(body, draft, workspace(app), () => undefined).then(
					() => log('info', `a restore of ${app} was finished`),
					(cause: unknown) => log('error', `a restore of ${app} could not be finished`, cause),
				);
				await journals.end(app);
			}
			for (const app of await rows.apps()) {
				const kept = (await rows.all(app)).flatMap((row) => row.data ?? []);
				await data.sweep(app, new Set(kept), 'also unfinished work');
				await quarantines.sweep(app);
			}
			for (const run of await turns.cutOff())
				if (await rows.ofRun(run.app, run.id, 'before')) await end(run, 'interrupted');
		},
		settle: (app) => hold(app, () => Promise.resolve()),
	};

	/** Schema and numbers of rows as they are; nothing is kept of it. */
	function currentData(app: string): Promise<Pick<KeptData, 'schema' | 'rows'>> {
		return backends.use(app, 'draft', (backend) => data.describe(backend));
	}
}

/** One piece of work on an app at a time. */
function createLocks(): <T>(app: string, work: () => Promise<T>) => Promise<T> {
	const tails = new Map<string, Promise<unknown>>();
	return (app, work) => {
		const result = (tails.get(app) ?? Promise.resolve()).then(work);
		const tail = result
			.catch(() => undefined)
			.then(() => {
				if (tails.get(app) === tail) tails.delete(app);
			});
		tails.set(app, tail);
		return result;
	};
}

const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').slice(0, 100);
