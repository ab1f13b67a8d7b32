import type { Backends } from '../backends.ts';
import { sql } from '../backends.ts';
import { expireSchemaLog } from './log.ts';
import { writeStateQuery } from '../tables/index.ts';

const prefix = 'schema_expiry:';

/** Remembers in the builder's database when values that a change took away are to go: a draft is not always open. */
export async function noteExpiry(backends: Backends, app: string, at: string): Promise<void> {
	const key = prefix + app;
	await backends.builder.app.store.write(async (tx) => {
		const known = await tx.get(sql`SELECT value FROM _tk_state WHERE key = ${key}`);
		// The earliest counts; a later one is found when that has gone.
		if (known && String(known['value']) <= JSON.stringify(at)) return;
		await tx.run(writeStateQuery(key, at));
	});
}

/**
 * Removes what is past its time from the drafts that have such. One that cannot be opened is tried again the next time.
 * @throws AggregateError what failed, when all others are done
 */
export async function sweepExpired(backends: Backends, now: Date): Promise<void> {
	const { store } = backends.builder.app;
	const due = await store.all(
		sql`SELECT key FROM _tk_state WHERE substr(key, 1, ${prefix.length}) = ${prefix} AND value <= ${JSON.stringify(now.toISOString())}`,
	);
	const failures: unknown[] = [];
	for (const row of due) {
		const key = String(row['key']);
		const app = key.slice(prefix.length);
		try {
			const isThere = backends.stages(app).some(({ stage }) => stage === 'draft');
			const next = isThere
				? await backends.use(app, 'draft', (backend) => expireSchemaLog(backend, now))
				: undefined;
			await store.write((tx) =>
				tx.run(
					next === undefined
						? sql`DELETE FROM _tk_state WHERE key = ${key}`
						: writeStateQuery(key, next),
				),
			);
		} catch (cause) {
			failures.push(cause);
		}
	}
	if (failures.length > 0)
		throw new AggregateError(failures, `${String(failures.length)} drafts could not be swept`);
}
