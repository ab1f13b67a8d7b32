import { isDomain } from '../formats.ts';
import { blankIssue, collectIssues, eachIssue, issue } from '../issues.ts';
import type { FieldIssues } from '../kind.ts';
import type { OptionReader } from '../options.ts';

/** The domain lists of email and url fields; at most one of them may be filled. */
export interface DomainLists {
	readonly exceptDomains: readonly string[] | null;
	readonly onlyDomains: readonly string[] | null;
}

export const parseDomains = (options: OptionReader): DomainLists => ({
	exceptDomains: options.stringsOrNull('exceptDomains'),
	onlyDomains: options.stringsOrNull('onlyDomains'),
});

export function isDomainAllowed(lists: DomainLists, domain: string): boolean {
	const only = lists.onlyDomains ?? [];
	return (
		(only.length === 0 || only.includes(domain)) && !(lists.exceptDomains ?? []).includes(domain)
	);
}

export function checkDomains(lists: DomainLists): FieldIssues | undefined {
	const check = (domains: readonly string[] | null, others: readonly string[] | null) => {
		if ((others ?? []).length > 0) return (domains ?? []).length > 0 ? blankIssue() : undefined;
		return eachIssue(domains ?? [], (domain) =>
			domain === '' || isDomain(domain)
				? undefined
				: issue('validation_is_domain', 'must be a valid domain'),
		);
	};
	return collectIssues({
		exceptDomains: check(lists.exceptDomains, lists.onlyDomains),
		onlyDomains: check(lists.onlyDomains, lists.exceptDomains),
	});
}
