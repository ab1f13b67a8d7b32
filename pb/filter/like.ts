/**
 * What `~` hands to LIKE: `%text%` with `\ % _` escaped, or the text as it is when its author already wrote a
 * `%` of his own (tools/search/filter.go wrapLikeParams).
 */
export function likePattern(text: string): string {
	return hasWildcard(text) ? text : `%${escapeWildcards(text)}%`;
}

function hasWildcard(text: string): boolean {
	let escaped = false;
	for (const char of text) {
		if (char === '%' && !escaped) return true;
		escaped = char === '\\' && !escaped;
	}
	return false;
}

/** Escapes each `\ % _` that the author has not escaped himself. */
const escapeWildcards = (text: string): string =>
	text.replace(/\\[\\%_]|[\\%_]/g, (found) => (found.length === 2 ? found : '\\' + found));
