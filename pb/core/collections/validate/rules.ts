import { issue } from '../../fields/index.ts';
import type { FieldIssue } from '../../fields/index.ts';
import { checkRule } from '../../rules/index.ts';
import { createCatalog } from '../catalog.ts';
import type { Collection, Rule } from '../types.ts';
import type { Examination } from './examination.ts';

/** A rule must compile against the collection as it will be. */
export function checkRuleText(
	{ session, collection }: Examination,
	rule: Rule,
): FieldIssue | undefined {
	if (rule === null || rule === '') return undefined;
	// The later of two wins, so that the name it is still stored under is known as well, as in PocketBase.
	const catalog = createCatalog([...session.catalog.all(), collection], session.catalog.version);
	const problem = checkRule(catalog, collection, rule, session.deps.now());
	return problem === undefined
		? undefined
		: issue('validation_invalid_rule', `Invalid rule. Raw error: ${problem}`);
}

/** The server relies on the rules of its own collections. */
export function systemRuleIssue(
	original: Collection | undefined,
	rule: Rule,
	before: Rule | undefined,
): FieldIssue | undefined {
	if (original?.system !== true || rule === (before ?? null)) return undefined;
	return issue(
		'validation_collection_system_rule_change',
		'System collection API rule cannot be changed.',
	);
}
