import { isDeepStrictEqual } from 'node:util';
import Database from 'better-sqlite3';
import { kindOf, parseField } from '../../../../pb/core/fields/index.ts';
import type { Catalog, Collection } from '../../../../pb/core/collections/types.ts';
import type { AuthRecord } from '../../../../pb/core/records/record.ts';
import type { RequestInfo } from '../../../../pb/core/request-info.ts';
import {
	compileRules,
	planRules,
	type CompiledRules,
	type PlanQuery,
	type RuleQuery,
} from '../../../../pb/core/rules/index.ts';
import { compileSqlite, GUARD_FUNCTION, ident, seq, sql, text } from '../../../../pb/sql/index.ts';
import type { CompiledSql, SqlNode, SqlValue } from '../../../../pb/sql/index.ts';

export const NOW = new Date('2024-05-06T07:08:09.010Z');

export const ANYONE: RequestInfo = {
	context: 'default',
	method: 'GET',
	headers: {},
	query: {},
	body: {},
	auth: undefined,
};

type FieldInput = Readonly<Record<string, unknown>>;
type CollectionInput = Partial<Omit<Collection, 'fields'>> & {
	readonly fields: readonly FieldInput[];
	readonly viewQuery?: string;
};

const id: FieldInput = { type: 'text', name: 'id', system: true, primaryKey: true };

/** A collection with an `id` and these fields; rules open. */
export function collection(name: string, input: CollectionInput): Collection {
	const authFields: FieldInput[] = [
		{ type: 'password', name: 'password', hidden: true },
		{ type: 'text', name: 'tokenKey', hidden: true },
		{ type: 'email', name: 'email' },
		{ type: 'bool', name: 'emailVisibility' },
		{ type: 'bool', name: 'verified' },
	];
	const fields = [id, ...(input.type === 'auth' ? authFields : []), ...input.fields];
	return {
		type: 'base',
		id: `id_${name}`,
		name,
		system: false,
		indexes: [],
		listRule: '',
		viewRule: '',
		createRule: '',
		updateRule: '',
		deleteRule: '',
		created: '',
		updated: '',
		...input,
		fields: fields.map((field) => parseField({ id: `f_${String(field['name'])}`, ...field })),
	} as Collection;
}

export const relation = (name: string, target: string, maxSelect = 1): FieldInput => ({
	type: 'relation',
	name,
	collectionId: `id_${target}`,
	maxSelect,
});

export function catalogOf(collections: readonly Collection[]): Catalog {
	return {
		version: 1,
		all: () => collections,
		find: (idOrName) =>
			collections.find(
				(candidate) =>
					candidate.id === idOrName || candidate.name.toLowerCase() === idOrName.toLowerCase(),
			),
	};
}

/** A database in memory with the catalog's tables and these rows; lists and json values as JavaScript values. */
export class Fixture {
	readonly catalog: Catalog;
	readonly db = new Database(':memory:');

	constructor(
		collections: readonly Collection[],
		rows: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>,
	) {
		this.catalog = catalogOf(collections);
		this.db.function(GUARD_FUNCTION, { varargs: true }, () => 1);
		for (const { name, type, fields, indexes, ...rest } of collections) {
			if (type === 'view') {
				this.db.exec(`CREATE VIEW \`${name}\` AS ${'viewQuery' in rest ? rest.viewQuery : ''}`);
				continue;
			}
			const columns = fields.map((field) => `\`${field.name}\` ${kindOf(field).column(field)}`);
			this.db.exec(`CREATE TABLE \`${name}\` (${columns.join(', ')})`);
			for (const index of indexes) this.db.exec(index);
		}
		for (const [name, list] of Object.entries(rows)) for (const row of list) this.insert(name, row);
	}

	insert(table: string, row: Readonly<Record<string, unknown>>): void {
		const names = Object.keys(row);
		this.db
			.prepare(
				`INSERT INTO \`${table}\` (${names.map((name) => `\`${name}\``).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
			)
			.run(...names.map((name) => columnValue(row[name])));
	}

	find(name: string): Collection {
		const found = this.catalog.find(name);
		if (!found) throw new Error(`no collection ${name}`);
		return found;
	}

	/** The record as the one who asks. */
	auth(collectionName: string, recordId: string, isSuperuser = false): AuthRecord {
		const row = this.db.prepare(`SELECT * FROM \`${collectionName}\` WHERE id = ?`).get(recordId);
		const data: Record<string, unknown> = { ...(row as object) };
		for (const flag of ['verified', 'emailVisibility'])
			if (flag in data) data[flag] = Boolean(data[flag]);
		return { collection: this.find(collectionName), data, isSuperuser };
	}

	compile(query: Partial<RuleQuery> & { readonly collection: Collection }) {
		return compileRules({
			catalog: this.catalog,
			request: ANYONE,
			now: NOW,
			rules: [],
			...query,
		});
	}

	/** How many rows of a table pass. */
	count(table: string, compiled: CompiledRules): number {
		const statement = compileSqlite(
			seq(
				sql`SELECT count(*) AS n FROM ${ident(table)} ${ident(compiled.alias)}`,
				compiled.joins,
				compiled.where ? sql` WHERE ${compiled.where}` : text(''),
			),
		);
		const row = this.db.prepare(statement.sql).get(...statement.params.map(bound));
		return (row as { n: number }).n;
	}

	/** The ids that pass, in the statement's order; a plan made for somebody else must find the same. */
	ids(query: Partial<RuleQuery> & { readonly collection: Collection }): string[] {
		const compiled = this.compile(query);
		const ids = this.#run(compileSqlite(select(query.collection, compiled)));
		const planned = query.sort === '@random' ? undefined : this.planned(query);
		if (planned && !isDeepStrictEqual(this.#run(planned), ids))
			throw new Error(`the plan of ${query.rules?.join() ?? ''} ${query.filter ?? ''} differs`);
		return ids;
	}

	/** The statement of a plan that another request has made before. */
	planned(
		query: Partial<RuleQuery> & { readonly collection: Collection },
	): CompiledSql | undefined {
		if (query.source !== undefined) return undefined;
		const { request = ANYONE } = query;
		const stranger = { ...ANYONE, auth: request.auth && another(request.auth) };
		const plan = (who: RequestInfo, now: Date): CompiledSql | undefined => {
			const asked: PlanQuery = {
				catalog: this.catalog,
				rules: [],
				...query,
				request: who,
				now: () => now,
			};
			return planRules(asked)?.statement(
				'ids',
				(parts) => select(query.collection, parts),
				asked,
				{},
			);
		};
		plan(stranger, new Date(0));
		return plan(request, NOW);
	}

	#run(statement: CompiledSql): string[] {
		const found = this.db.prepare(statement.sql).all(...statement.params.map(bound));
		return found.map((row) => (row as { id: string }).id);
	}
}

const another = (auth: AuthRecord): AuthRecord => ({
	...auth,
	data: { ...auth.data, id: 'stranger', email: 'stranger@example.test', name: 'stranger' },
});

const select = (collection: Collection, { alias, joins, ...rules }: CompiledRules): SqlNode =>
	seq(
		text(rules.distinct ? 'SELECT DISTINCT ' : 'SELECT '),
		sql`${ident(alias)}.* FROM ${ident(collection.name)} ${ident(alias)}`,
		joins,
		rules.where ? sql` WHERE ${rules.where}` : text(''),
		rules.orderBy ? sql` ORDER BY ${rules.orderBy}` : text(''),
	);

/** Binds as the store does: whole numbers as integers. */
export const bound = (value: SqlValue): SqlValue =>
	typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;

const columnValue = (value: unknown): SqlValue => {
	if (typeof value === 'boolean') return value ? 1n : 0n;
	if (typeof value === 'object' && value !== null) return JSON.stringify(value);
	return bound(value as SqlValue);
};

/** SQL text of a node with the guard, which stands in every scan, as `GUARD`. */
export const sqlText = (node: Parameters<typeof compileSqlite>[0] | undefined): string =>
	node === undefined
		? ''
		: compileSqlite(node)
				.sql.replace(
					/\(\(\((?:ifnull\([^)]*\)(?: \+ )?)+\) & 63\) OR tk_alive\((?:[^()]|\([^)]*\))*\)\)/g,
					'GUARD',
				)
				.replace(/tk_alive\((?:[^()]|\([^)]*\))*\)/g, 'GUARD')
				.replaceAll('`', '');
