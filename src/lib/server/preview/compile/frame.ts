/** A place in a text; both count from 1. */
export interface Place {
	readonly line: number;
	readonly column: number;
}

const around = 2;
const maxWidth = 160;

/**
 * The lines around a place with a caret below it.
 * @example
 *   2 | let x = ;
 *     |         ^
 */
export function codeFrame(source: string, place: Place): string {
	const lines = source.split(/\r?\n/);
	const first = Math.max(1, place.line - around);
	const last = Math.min(lines.length, place.line + around);
	const width = String(last).length;
	const out: string[] = [];
	for (let n = first; n <= last; n++) {
		const text = (lines[n - 1] ?? '').replaceAll('\t', '  ');
		out.push(`${String(n).padStart(width)} | ${text.slice(0, maxWidth)}`.trimEnd());
		if (n !== place.line) continue;
		const before = (lines[n - 1] ?? '').slice(0, place.column - 1).replaceAll('\t', '  ');
		if (before.length <= maxWidth) {
			out.push(`${' '.repeat(width)} | ${' '.repeat(before.length)}^`);
		}
	}
	return out.join('\n');
}

/** Line and column of an offset. */
export function placeAt(source: string, offset: number): Place {
	const before = source.slice(0, offset);
	const line = before.split('\n').length;
	return { line, column: offset - before.lastIndexOf('\n') };
}

/** Where a text stands for the first time. */
export function placeOf(source: string, text: string): Place | undefined {
	const offset = text === '' ? -1 : source.indexOf(text);
	return offset < 0 ? undefined : placeAt(source, offset);
}

/** Where an import names its source: the quoted text on a line that imports. */
export function placeOfImport(source: string, specifier: string): Place | undefined {
	const quoted = [`'${specifier}'`, `"${specifier}"`, `\`${specifier}\``];
	for (const text of quoted) {
		for (let at = source.indexOf(text); at >= 0; at = source.indexOf(text, at + 1)) {
			const before = source.slice(Math.max(0, at - 200), at);
			if (
				/(?:\bfrom|\bimport|\bimport\(|\brequire\(|@import|\burl\(|@reference)\s*$/.test(before)
			) {
				return placeAt(source, at);
			}
		}
	}
	return (
		placeOf(source, quoted[0] ?? '') ??
		placeOf(source, quoted[1] ?? '') ??
		placeOf(source, specifier)
	);
}
