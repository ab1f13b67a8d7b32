/** A comment that stands for code left out: `// ... rest unchanged`, `<!-- existing markup -->`. */
const comment = String.raw`(?:\/\/|\/\*+|<!--|\{\s*\/\*|^\s*#)`;
const patterns: readonly RegExp[] = [
	// a comment with dots and a word for what is left out, in either order
	new RegExp(
		String.raw`${comment}[^\n]{0,40}(?:\.{3}|…)[^\n]{0,60}\b(?:rest|remain(?:ing|s|der)?|existing|unchanged|same|previous|other|keep|omitted|as before|continues?|more)\b`,
		'im',
	),
	new RegExp(
		String.raw`${comment}[^\n]{0,60}\b(?:rest|remain(?:ing|s|der)?|existing|unchanged|same|previous|other|keep|omitted|as before)\b[^\n]{0,40}(?:\.{3}|…)`,
		'im',
	),
	// the same without dots
	new RegExp(
		String.raw`${comment}\s*(?:the\s+)?(?:rest|remainder)\s+of\s+(?:the\s+|your\s+|this\s+)?(?:code|file|component|script|markup|styles?|template)\b`,
		'im',
	),
	new RegExp(
		String.raw`${comment}\s*(?:keep\s+)?(?:existing|unchanged|previous|your)\s+(?:code|markup|styles?|content|imports?|functions?|logic)\b(?:\s+(?:here|unchanged|stays?|remains?|goes here))?\s*(?:\*\/|-->|$)`,
		'im',
	),
	// nothing but dots in a comment
	new RegExp(String.raw`${comment}\s*(?:\.{3}|…)\s*(?:\*\/\s*\}?|-->|$)`, 'im'),
];

/**
 * The first line that stands for code left out, or undefined. Lines that are in the file already do not
 * count: they are what the file says.
 */
export function findPlaceholder(content: string, existing: string): string | undefined {
	const known = new Set(existing.split(/\r?\n/).map((line) => line.trim()));
	return content
		.split(/\r?\n/)
		.find((line) => !known.has(line.trim()) && patterns.some((pattern) => pattern.test(line)))
		?.trim()
		.slice(0, 200);
}
