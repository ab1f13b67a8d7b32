import { randomUUID } from 'node:crypto';
import {
	fact as schema,
	maxFacts,
	TinykitError,
	type Fact,
	type FactKind,
} from '#lib/contracts/index.ts';
import { sql, type Store } from '../backends.ts';

/** What was settled about an app: wishes, decisions, answers. Part of every later turn. */
export interface Facts {
	/** Oldest first. */
	list(app: string): Promise<readonly Fact[]>;
	/**
	 * One with the same text is given back instead of a second one.
	 * @throws TinykitError `app_not_found`, `too_many_facts`
	 */
	add(app: string, fact: Pick<Fact, 'kind' | 'text' | 'source'>): Promise<Fact>;
	/** @throws TinykitError `fact_not_found` */
	update(
		app: string,
		id: string,
		change: { readonly kind?: FactKind | undefined; readonly text?: string | undefined },
	): Promise<Fact>;
	/** @throws TinykitError `fact_not_found` */
	remove(app: string, id: string): Promise<void>;
}

export function createFacts(store: Store, now: () => Date): Facts {
	const find = async (app: string, id: string): Promise<Fact> => {
		const row = await store.get(sql`SELECT * FROM _tk_facts WHERE app = ${app} AND id = ${id}`);
		if (!row) throw new TinykitError('fact_not_found');
		return schema.parse(row);
	};
	const list = async (app: string): Promise<readonly Fact[]> => {
		const rows = await store.all(
			sql`SELECT * FROM _tk_facts WHERE app = ${app} ORDER BY created, rowid`,
		);
		return rows.map((row) => schema.parse(row));
	};

	return {
		list,
		async add(app, { kind, text, source }) {
			const at = now().toISOString();
			const id = randomUUID();
			// One statement, so that two at a time neither double a fact nor pass the limit.
			const { changes } = await store.write((tx) =>
				tx.run(sql`INSERT INTO _tk_facts (id, app, kind, text, source, created, updated)
					SELECT ${id}, slug, ${kind}, ${text}, ${source}, ${at}, ${at} FROM _tk_apps WHERE slug = ${app}
						AND NOT EXISTS (SELECT 1 FROM _tk_facts WHERE app = ${app} AND text = ${text})
						AND (SELECT count(*) FROM _tk_facts WHERE app = ${app}) < ${maxFacts}`),
			);
			if (changes > 0) return find(app, id);
			const all = await list(app);
			const same = all.find((fact) => fact.text === text);
			if (same) return same;
			throw new TinykitError(all.length >= maxFacts ? 'too_many_facts' : 'app_not_found');
		},
		async update(app, id, { kind, text }) {
			const before = await find(app, id);
			await store.write((tx) =>
				tx.run(sql`UPDATE _tk_facts SET kind = ${kind ?? before.kind}, text = ${text ?? before.text},
					source = 'person', updated = ${now().toISOString()} WHERE app = ${app} AND id = ${id}`),
			);
			return find(app, id);
		},
		async remove(app, id) {
			const { changes } = await store.write((tx) =>
				tx.run(sql`DELETE FROM _tk_facts WHERE app = ${app} AND id = ${id}`),
			);
			if (changes === 0) throw new TinykitError('fact_not_found');
		},
	};
}
