import { analyze, FilterError } from '../../filter/index.ts';
import type { Catalog, Collection } from '../collections/types.ts';
import type { RequestInfo } from '../request-info.ts';
import { parseCached } from './parse-cache.ts';
import { CatalogResolver } from './resolver.ts';

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
