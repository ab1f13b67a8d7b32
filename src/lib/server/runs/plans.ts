import { randomUUID } from 'node:crypto';
import { maxPlanText, plan as schema, TinykitError, type Plan } from '#lib/contracts/index.ts';
import { sql, type Store } from '../backends.ts';

/** Plans of runs that only planned. A person edits and accepts them; then a run builds them. */
export interface Plans {
	/** Newest first. */
	list(app: string): Promise<readonly Plan[]>;
	/** @throws TinykitError `plan_not_found` */
	get(app: string, id: string): Promise<Plan>;
	/** Each run has one plan: saved again, it is replaced. @throws TinykitError `app_not_found` */
	save(app: string, run: string, text: string): Promise<Plan>;
	/** @throws TinykitError `plan_not_found`, `plan_accepted` */
	update(app: string, id: string, text: string): Promise<Plan>;
	/** The person agreed: it is not changed any more. */
	accept(app: string, id: string): Promise<void>;
}

export function createPlans(store: Store, now: () => Date): Plans {
	const get = async (app: string, id: string): Promise<Plan> => {
		const row = await store.get(sql`SELECT * FROM _tk_plans WHERE app = ${app} AND id = ${id}`);
		if (!row) throw new TinykitError('plan_not_found');
		return fromRow(row);
	};
	return {
		get,
		async list(app) {
			const rows = await store.all(
				sql`SELECT * FROM _tk_plans WHERE app = ${app} ORDER BY created DESC, rowid DESC LIMIT 100`,
			);
			return rows.map(fromRow);
		},
		async save(app, run, text) {
			const at = now().toISOString();
			await store.write((tx) =>
				tx.run(sql`INSERT INTO _tk_plans (id, app, run, text, status, created, updated)
					SELECT ${randomUUID()}, slug, ${run}, ${text.slice(0, maxPlanText)}, 'open', ${at}, ${at}
						FROM _tk_apps WHERE slug = ${app}
					ON CONFLICT (run) DO UPDATE SET text = excluded.text, updated = excluded.updated WHERE status = 'open'`),
			);
			const row = await store.get(sql`SELECT * FROM _tk_plans WHERE app = ${app} AND run = ${run}`);
			if (!row) throw new TinykitError('app_not_found');
			return fromRow(row);
		},
		async update(app, id, text) {
			const { changes } = await store.write((tx) =>
				tx.run(sql`UPDATE _tk_plans SET text = ${text}, updated = ${now().toISOString()}
					WHERE app = ${app} AND id = ${id} AND status = 'open'`),
			);
			const plan = await get(app, id);
			if (changes === 0) throw new TinykitError('plan_accepted');
			return plan;
		},
		async accept(app, id) {
			await store.write((tx) =>
				tx.run(sql`UPDATE _tk_plans SET status = 'accepted', updated = ${now().toISOString()}
					WHERE app = ${app} AND id = ${id}`),
			);
		},
	};
}

const fromRow = ({ run, ...row }: Readonly<Record<string, unknown>>): Plan =>
	schema.parse({ ...row, runId: run });
