import type { RuleName } from './collection.ts';

const actions: Readonly<Record<RuleName, string>> = {
	listRule: 'see the list of',
	viewRule: 'open single',
	createRule: 'add',
	updateRule: 'change',
	deleteRule: 'delete',
};

const signedIn = /^@request\.auth\.id\s*!=\s*(?:''|"")$/;
const owner = /^(?:(\w+)\s*=\s*@request\.auth\.id|@request\.auth\.id\s*=\s*(\w+))$/;

/**
 * Who a rule lets in, in plain words. What is not one of the common shapes is shown as the rule itself:
 * words that guess would be worse than none.
 * @example whoMay('createRule', "@request.auth.id != ''", 'entries') // 'Signed-in people may add entries.'
 */
export function whoMay(rule: RuleName, text: string | null, collection: string): string {
	const what = `${actions[rule]} ${collection}`;
	if (text === null) return `Nobody but members of this builder may ${what}.`;
	const trimmed = text.trim();
	if (trimmed === '') return `Anyone, also without signing in, may ${what}.`;
	const parts = splitAnd(trimmed);
	const rest = parts.filter((part) => !signedIn.test(part));
	if (rest.length === 0) return `Signed-in people may ${what}.`;
	const own = rest.length === 1 ? owner.exec(rest[0] ?? '') : null;
	const field = own?.[1] ?? own?.[2];
	if (field !== undefined) {
		if (field === 'id') return `People may ${what} only where it is their own account.`;
		if (rest.length < parts.length)
			return `Signed-in people may ${what} only where "${field}" is themselves.`;
		// Without asking for a login, an empty field is equal to nobody's empty id.
		return `People may ${what} only where "${field}" is themselves, and anyone where it is empty.`;
	}
	return `Who meets ${trimmed} may ${what}.`;
}

/** Parts of a rule that is nothing but `a && b`; anything with `||` or brackets stays whole. */
function splitAnd(rule: string): string[] {
	return /\|\||[()]/.test(rule) ? [rule] : rule.split('&&').map((part) => part.trim());
}

/** What a change of a rule does. Only shapes that are sure to close are `tighter`; all else may open. */
export function compareRules(
	before: string | null,
	after: string | null,
): 'same' | 'tighter' | 'wider' {
	const [old, next] = [before?.trim() ?? null, after?.trim() ?? null];
	if (old === next) return 'same';
	if (next === null) return 'tighter';
	if (old === null || next === '') return 'wider';
	if (old === '') return 'tighter';
	const added = [`${old} && `, `(${old}) && `].some(
		(start) => next.startsWith(start) && !hasOr(old, next),
	);
	return added ? 'tighter' : 'wider';
}

/** An `||` outside of the old rule would open it again: AND binds tighter. */
const hasOr = (old: string, next: string): boolean =>
	next.replace(old, '').includes('||') || old.includes('||');
