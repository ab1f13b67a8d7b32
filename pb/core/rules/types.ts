import type { SqlNode } from '../../sql/index.ts';
import type { Catalog, Collection } from '../collections/types.ts';
import type { RequestInfo } from '../request-info.ts';

/** What a list, a look-up or a rule check asks of the rule compiler. */
export interface RuleQuery {
	readonly catalog: Catalog;
	readonly collection: Collection;
	readonly request: RequestInfo;
	/** `later`: the time is a slot. */
	readonly now: Date | 'later';
	/** Trusted rules of the collection (list, view, …): hidden fields allowed. AND-ed; '' adds nothing. */
	readonly rules: readonly string[];
	/** A client's filter and sort: hidden fields refused, list rules of crossed collections added (unless superuser). */
	readonly filter?: string | undefined;
	readonly sort?: string | undefined;
	/** The caller looks only at rows with given ids, so that the work is bounded by them. Default: whether `source` is set. */
	readonly byId?: boolean | undefined;
	/** Reads the collection's rows from here instead of its table: the `WITH` name of a would-be row (create rule). */
	readonly source?: string | undefined;
}

/** The compiled answer: `SELECT [DISTINCT] … FROM <collection or source> <joins> WHERE <where> ORDER BY <orderBy>`. */
export interface CompiledRules {
	readonly joins: SqlNode;
	/** `undefined` when every row passes. */
	readonly where: SqlNode | undefined;
	readonly orderBy: SqlNode | undefined;
	/** Joins may multiply rows: select distinct, or look the ids up by EXISTS. */
	readonly distinct: boolean;
	/** `indexed`: bounded work (equality on a key or an index prefix). `scan`: as much as the table holds. */
	readonly cost: 'indexed' | 'scan';
	/** A statement that counts the passing rows as `total` in less time than COUNT over the parts above would take. */
	readonly count?: SqlNode | undefined;
	/** Alias under which the base rows stand in `joins` and `where`. */
	readonly alias: string;
}
