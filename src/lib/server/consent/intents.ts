import { accessIntent, type AccessIntent } from '#lib/contracts/index.ts';
import { sql, type SqlNode, type Store } from '../backends.ts';

/**
 * What people have confirmed about who may do what in an app (definitions.md 19): server-side rows, changed by a
 * person's click and nothing else. The check of rules compares with them.
 */
export interface Intents {
	list(app: string): Promise<readonly AccessIntent[]>;
	/** @param source the approval, or the member who said so */
	confirm(app: string, intents: readonly AccessIntent[], source: string): Promise<void>;
	/** Forgets what was confirmed: the defaults hold again. */
	forget(app: string, collection: string, action: AccessIntent['action']): Promise<void>;
}

/** The table; its rows go with their app. */
export const intentTable = sql`CREATE TABLE IF NOT EXISTS _tk_intent (
	app TEXT NOT NULL, collection TEXT NOT NULL, action TEXT NOT NULL, audience TEXT NOT NULL, rule TEXT,
	source TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (app, collection, action)) WITHOUT ROWID`;

export function createIntents(store: Store, now: () => Date): Intents {
	const write = (app: string, intent: AccessIntent, source: string): SqlNode =>
		sql`INSERT INTO _tk_intent (app, collection, action, audience, rule, source, at) VALUES (
			${app}, ${intent.collection}, ${intent.action}, ${intent.audience}, ${intent.rule ?? null}, ${source},
			${now().toISOString()})
			ON CONFLICT (app, collection, action) DO UPDATE SET audience = excluded.audience, rule = excluded.rule,
				source = excluded.source, at = excluded.at`;
	return {
		async list(app) {
			const rows = await store.all(
				sql`SELECT * FROM _tk_intent WHERE app = ${app} ORDER BY collection, action`,
			);
			return rows.map((row) => accessIntent.parse({ ...row, rule: row['rule'] ?? undefined }));
		},
		async confirm(app, intents, source) {
			await store.write(async (tx) => {
				for (const intent of intents) await tx.run(write(app, intent, source));
			});
		},
		async forget(app, collection, action) {
			await store.write((tx) =>
				tx.run(
					sql`DELETE FROM _tk_intent WHERE app = ${app} AND collection = ${collection} AND action = ${action}`,
				),
			);
		},
	};
}
