import type {
	Checkpoint,
	CheckpointDiff,
	CheckpointPage,
	Quarantine,
	RestoreRequest,
	RestoreResult,
	UpdateCheckpoint,
} from '#lib/contracts/index.ts';
import type { Backends, Store } from '../backends.ts';
import type { Log } from '../runtime.ts';
import type { Workspace } from '../workspace/index.ts';
import type { OnStep } from './journal.ts';

/** What is kept of one app, at most; the oldest go first, bookmarked ones and the newest never. */
export interface CheckpointLimits {
	readonly count: number;
	/** Bytes of the rows and uploads of all checkpoints. */
	readonly bytes: number;
}

export const defaultLimits: CheckpointLimits = { count: 200, bytes: 2 * 1024 ** 3 };

export interface CheckpointParts {
	/** The builder's own. */
	readonly store: Store;
	readonly backends: Backends;
	readonly workspace: (slug: string) => Workspace;
	readonly dataDir: string;
	readonly now: () => Date;
	readonly log: Log;
	/** Names of the agent's tools that can write rows of the draft. */
	readonly rowWriters: readonly string[];
	readonly limits?: CheckpointLimits;
	readonly onStep?: OnStep;
}

/** A turn, as far as a checkpoint tells of it. */
export interface Turn {
	readonly id: string;
	readonly app: string;
	readonly text: string;
}

/**
 * Moments of an app's draft that can be gone back to: code, schema, rules and data. All that concerns one app waits
 * for one another; a run begins with its checkpoint and so never in the middle of a restore.
 */
export interface Checkpoints {
	/** The checkpoint before a turn; the same again for a turn that goes on. @returns its id */
	begin(run: Turn): Promise<string>;
	/** The checkpoint a turn ends with. @returns its id; undefined when it could not be made, which is logged */
	end(run: Turn, kind: 'after' | 'interrupted'): Promise<string | undefined>;
	/** @param page from 1 @param perPage 1 to 200 */
	list(app: string, page: number, perPage: number): Promise<CheckpointPage>;
	create(app: string, note: string): Promise<Checkpoint>;
	/** @throws TinykitError `checkpoint_not_found` */
	update(app: string, id: string, patch: UpdateCheckpoint): Promise<Checkpoint>;
	/** @param to another checkpoint; undefined: the draft as it is. @throws TinykitError `checkpoint_not_found` */
	diff(app: string, id: string, to: string | undefined): Promise<CheckpointDiff>;
	/**
	 * Brings parts of the draft back, after a checkpoint of what is there. What people wrote since stays where it fits,
	 * else it is set aside.
	 * @throws TinykitError `checkpoint_not_found`, `run_active`, `checkpoint_data_missing`, `file_not_found`,
	 * `file_edited_since` unless forced, `restore_impossible`; nothing has changed then
	 */
	restore(app: string, id: string, request: RestoreRequest): Promise<RestoreResult>;
	/** Newest first. */
	quarantines(app: string): Promise<readonly Quarantine[]>;
	/** Path of the JSON of a quarantine. @throws TinykitError `quarantine_not_found` */
	quarantineFile(app: string, id: string): Promise<string>;
	/** After a start, before any draft is opened: finishes restores, keeps what cut-off turns left, sweeps. */
	recover(): Promise<void>;
	/** Resolves once nothing is at work on the app. */
	settle(app: string): Promise<void>;
}
