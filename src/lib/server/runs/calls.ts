import { createHash } from 'node:crypto';
import { callEntry, type CallEntry, type Run, type RunEvent } from '#lib/contracts/index.ts';
import { sql, type Reader, type SqlNode } from '../backends.ts';

type Finished = Extract<RunEvent, { type: 'tool_finished' }>;

/**
 * Every tool call of every run. The table refuses UPDATE and DELETE, and nothing here tries to; rows are written in the
 * transaction of the `tool_finished` they belong to. They outlive their app.
 */
export interface CallLog {
	/** @param call hashes; absent when the process ended before the call did */
	insertQuery(
		run: Pick<Run, 'id' | 'app' | 'text'>,
		author: string,
		event: Omit<Finished, 'seq' | 'at'>,
		call: { readonly argsHash: string; readonly resultHash: string },
	): SqlNode;
	/** Newest first. @param before only entries older than this one */
	list(app: string, before: number | undefined, limit: number): Promise<readonly CallEntry[]>;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function createCallLog(reader: Reader, now: () => Date): CallLog {
	return {
		insertQuery: (run, author, event, { argsHash, resultHash }) =>
			sql`INSERT INTO _tk_calls
				(at, app, run, call, author, tool, ok, ms, promptHash, argsHash, resultHash, summary) VALUES
				(${now().toISOString()}, ${run.app}, ${run.id}, ${event.callId}, ${author}, ${event.name},
				${event.ok ? 1 : 0}, ${Math.round(event.ms)}, ${sha256(run.text)}, ${argsHash}, ${resultHash}, ${event.summary})`,
		async list(app, before, limit) {
			const older = before === undefined ? sql`1` : sql`seq < ${before}`;
			const rows = await reader.all(
				sql`SELECT * FROM _tk_calls WHERE app = ${app} AND ${older} ORDER BY seq DESC LIMIT ${limit}`,
			);
			return rows.map((row) =>
				callEntry.parse({
					...row,
					runId: row['run'],
					callId: row['call'],
					by: row['author'],
					ok: row['ok'] === 1,
				}),
			);
		},
	};
}
