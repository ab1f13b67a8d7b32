import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sql, type SqlNode, type Store } from '../backends.ts';
import type { Snapshot, Workspace } from '../workspace/index.ts';
import { discard, linkUploads, syncPath } from './files.ts';

/** What a restore does once it has begun. Each step may be done again, so that whoever finds it can finish it. */
export const journal = z.object({
	/** Commit that the files come from. */
	code: z.string().optional(),
	/** Only these files. */
	files: z.array(z.string()).optional(),
	/** The database that takes the draft's place. */
	database: z.string().optional(),
	/** Uploads that rows may name again. */
	uploads: z.string().optional(),
	/** Thrown away at the end. */
	work: z.string(),
});
export type Journal = z.infer<typeof journal>;

/** Told before and after each step; a test ends the process in one. */
export type OnStep = (step: 'merged' | 'begun' | 'code' | 'uploads' | 'data' | 'done') => void;

/** What of the files a restore has changed so far: so much is taken back when it fails. */
export interface Progress {
	/** What the files were, when all of them were restored. */
	before?: Snapshot;
	/** Single files. */
	readonly files: string[];
}

export interface Journals {
	beginQuery(app: string, body: Journal): SqlNode;
	end(app: string): Promise<void>;
	pending(): Promise<readonly { readonly app: string; readonly body: Journal }[]>;
}

export function createJournals(store: Store): Journals {
	return {
		beginQuery: (app, body) =>
			sql`INSERT INTO _tk_restores (app, body) VALUES (${app}, ${JSON.stringify(body)})
				ON CONFLICT (app) DO UPDATE SET body = excluded.body`,
		async end(app) {
			await store.write((tx) => tx.run(sql`DELETE FROM _tk_restores WHERE app = ${app}`));
		},
		async pending() {
			const rows = await store.all(sql`SELECT * FROM _tk_restores`);
			return rows.map((row) => ({
				app: String(row['app']),
				body: journal.parse(JSON.parse(String(row['body']))),
			}));
		},
	};
}

/**
 * Does what a journal says. The draft's databases are closed.
 * @param draft its data directory
 * @param expected hash each single file must have now, null for none; what was edited meanwhile is not overwritten
 * @param done is told what was done
 * @throws TinykitError `file_changed`
 */
export async function perform(
	{ code, files, database, uploads, work }: Journal,
	draft: string,
	workspace: Workspace,
	onStep: OnStep,
	expected?: ReadonlyMap<string, string | null>,
	done: Progress = { files: [] },
): Promise<void> {
	if (code !== undefined && files)
		for (const path of files) {
			const ifMatch = expected?.get(path);
			await workspace.restoreFile(code, path, ifMatch === undefined ? {} : { ifMatch });
			done.files.push(path);
		}
	else if (code !== undefined) done.before = await workspace.restore(code);
	onStep('code');
	if (uploads !== undefined) await linkUploads(uploads, join(draft, 'storage'));
	onStep('uploads');
	if (database !== undefined && existsSync(database)) {
		// A log of the old database would be taken for one of the new.
		for (const end of ['-wal', '-shm']) await rm(join(draft, `data.db${end}`), { force: true });
		await rename(database, join(draft, 'data.db'));
		await syncPath(draft);
	}
	onStep('data');
	await discard(work);
}
