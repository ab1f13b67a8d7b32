import { analyze, FilterError } from '../../filter/index.ts';
import type { Catalog, Collection } from '../collections/types.ts';
import type { RequestInfo } from '../request-info.ts';
import { parseCached } from './parse-cache.ts';
import { checkClientNames } from './compile.ts';
import { RuleError } from './error.ts';
import { CatalogResolver } from './resolver.ts';
import { parseSort } from './sort.ts';

const NOBODY: RequestInfo = {
	context: 'default',
	method: '',
	headers: {},
	query: {},
	body: {},
	auth: undefined,
};

/**
 * Checks a rule before its collection is saved (core/collection_validate.go checkRule).
 * @param catalog as it will be after the save: the rule may name the collection's new fields
 * @param rule '' is no rule and always right
 * @returns what is wrong with it, in PocketBase's words behind "Invalid rule. Raw error: "; `undefined` when it is right
 */
export function checkRule(
	catalog: Catalog,
	collection: Collection,
	rule: string,
	now: Date,
): string | undefined {
	if (rule === '') return undefined;
	try {
		const resolver = new CatalogResolver({
			catalog,
			collection,
			request: NOBODY,
			row: undefined,
			isDraft: false,
		});
		analyze(parseCached(rule), { resolver, now });
		return undefined;
	} catch (error) {
		if (error instanceof FilterError) return error.message;
		throw error;
	}
}

/** Why a query of a client would be refused. `syntax` and the like: it cannot even be read. */
export interface QueryFault {
	readonly code: RuleError['code'];
	readonly message: string;
}

/**
 * Checks the filter or sort of a list as anybody may send it, without running it.
 * @returns why it would be refused, undefined when it is right
 */
export function checkClientQuery(
	catalog: Catalog,
	collection: Collection,
	query: { readonly filter?: string; readonly sort?: string },
	now: Date,
): QueryFault | undefined {
	try {
		checkClientNames({ filter: query.filter, sort: query.sort }, false);
		const resolver = new CatalogResolver({
			catalog,
			collection,
			request: NOBODY,
			row: undefined,
			isDraft: false,
		});
		resolver.isTrusted = false;
		if (query.filter) analyze(parseCached(query.filter), { resolver, now });
		if (query.sort) parseSort(query.sort, collection, resolver);
		return undefined;
	} catch (error) {
		if (!(error instanceof FilterError) && !(error instanceof RuleError)) throw error;
		return { code: error.code, message: error.message };
	}
}
