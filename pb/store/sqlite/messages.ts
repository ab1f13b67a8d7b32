import type { CompiledSql, SqlValue } from '../../sql/index.ts';
import type { Row, StoreErrorCode } from '../store.ts';

/** What a thread is started with. */
export interface ThreadData {
	readonly path: string;
	/** One Int32: the id of the job that is cancelled. */
	readonly control: SharedArrayBuffer;
}

/** Work for a thread, one at a time. */
export type Job =
	| {
			readonly kind: 'scan';
			readonly sql: string;
			readonly params: readonly SqlValue[];
			/** Milliseconds from now. */
			readonly timeoutMs: number;
	  }
	/** Copies most of the log into the database, keeping a read mark so that no writer restarts the log. */
	| { readonly kind: 'checkpoint-bulk' }
	/** With the writer held off: copies the rest and starts the log anew. */
	| { readonly kind: 'checkpoint-finish'; readonly truncate: boolean }
	| { readonly kind: 'snapshot'; readonly target: string }
	/** With the writer held off: refreshes the planner's statistics. */
	| { readonly kind: 'optimize' }
	/** Checks a copy of a database: rows of `problem`, then of `name` for each table. */
	| { readonly kind: 'inspect' }
	/** Runs statements on a copy of a database; rows of the last. */
	| { readonly kind: 'script'; readonly queries: readonly CompiledSql[] };

export interface Request {
	readonly id: number;
	readonly job: Job | { readonly kind: 'close' };
}

export interface Failure {
	readonly code: StoreErrorCode;
	readonly message: string;
	readonly columns: readonly string[];
}

export type Reply =
	| { readonly id: number; readonly rows: Row[] }
	| { readonly id: number; readonly failure: Failure };
