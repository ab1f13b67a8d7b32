import { diffLines } from '#lib/utils/index.ts';

const sign = { same: ' ', added: '+', removed: '-' } as const;

/**
 * What differs, as lines with a sign before them and some unchanged ones around; empty when nothing does.
 * @param maxChars the rest is left out, and that is said
 */
export function lineDiff(before: string, after: string, maxChars = 4000): string {
	const text = diffLines(before, after)
		.hunks.map(({ newStart, lines }) =>
			[`@@ line ${newStart}`, ...lines.map((line) => sign[line.kind] + line.text)].join('\n'),
		)
		.join('\n');
	return text.length <= maxChars
		? text
		: `${text.slice(0, maxChars)}\n[${text.length - maxChars} more characters of difference]`;
}
