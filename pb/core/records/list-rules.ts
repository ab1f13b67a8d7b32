import type { CompiledSql, SqlNode, SqlValue } from '../../sql/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import type { RequestInfo } from '../request-info.ts';
import { compileRules, planRules, RulePlan } from '../rules/index.ts';
import type { CompiledRules, PlanQuery } from '../rules/index.ts';
import type { ReadOptions } from './access.ts';

/** What a list, or a look at given records, asks of its rows, bound to a request. */
export interface ListRules {
	readonly collection: Collection;
	readonly compiled: CompiledRules;
	/** A client chose a part of the condition. */
	readonly hasFilter: boolean;
	/** A statement around the compiled parts; `name` stands for what `build` makes of them. */
	statement(
		name: string,
		build: (collection: Collection, compiled: CompiledRules) => SqlNode,
		values?: Readonly<Record<string, SqlValue>>,
	): CompiledSql;
	/** The same rules with other parts. @param name Tells these parts from others. */
	as(name: string, compiled: CompiledRules): ListRules;
}

export interface ListConditions {
	/** '' lets everything pass. */
	readonly rule: string;
	/** Of the client. */
	readonly filter?: string;
	readonly sort?: string;
	/** Only records with given ids are looked at. */
	readonly byId?: boolean;
	/** The rows stand in a `WITH` of this name, not in the table. */
	readonly source?: string;
}

/**
 * Compiles a rule, a filter and a sort, or finds them compiled (`planRules`).
 * @param options `lasting` is cleared unless the statements depend on nothing but the viewer (`viewerOf`).
 * @throws RuleError
 */
export function planList(
	core: Core,
	collection: Collection,
	info: RequestInfo,
	{ rule, filter, sort, byId, source }: ListConditions,
	{ lasting }: Pick<ReadOptions, 'lasting'> = {},
): ListRules {
	let now: Date | undefined;
	const asked: PlanQuery = {
		catalog: core.catalog,
		collection,
		request: info,
		// One time for the page and its total.
		now: () => {
			if (lasting) lasting.holds = false;
			return (now ??= core.now());
		},
		rules: [rule],
		filter,
		sort,
		byId,
		source,
	};
	// Without a plan the rules read more of the request, the time among it.
	const plan = planRules(asked) ?? new RulePlan(compileRules({ ...asked, now: asked.now() }));
	return new Planned(plan, asked, '', plan.compiled);
}

class Planned implements ListRules {
	readonly compiled: CompiledRules;
	readonly #plan: RulePlan;
	readonly #asked: PlanQuery;
	readonly #name: string;

	constructor(plan: RulePlan, asked: PlanQuery, name: string, compiled: CompiledRules) {
		this.compiled = compiled;
		this.#plan = plan;
		this.#asked = asked;
		this.#name = name;
	}

	get collection(): Collection {
		return this.#asked.collection;
	}

	get hasFilter(): boolean {
		return (this.#asked.filter ?? '') !== '';
	}

	statement(
		name: string,
		build: (collection: Collection, compiled: CompiledRules) => SqlNode,
		values: Readonly<Record<string, SqlValue>> = {},
	): CompiledSql {
		const { collection, compiled } = this;
		return this.#plan.statement(
			this.#name + name,
			() => build(collection, compiled),
			this.#asked,
			values,
		);
	}

	as(name: string, compiled: CompiledRules): ListRules {
		return new Planned(this.#plan, this.#asked, name, compiled);
	}
}
