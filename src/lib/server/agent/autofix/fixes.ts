import { importPaths } from './import-paths.ts';
import { missingImports } from './missing-imports.ts';
import { runeImports } from './rune-imports.ts';
import type { Fix, Fixed, Source } from './source.ts';
import { svelte4 } from './svelte4.ts';
import { typescript } from './typescript.ts';

/** In this order: what makes a file readable comes first. */
const fixes: readonly Fix[] = [typescript, runeImports, importPaths, svelte4, missingImports];

/** All repairs, one after another. */
export function applyFixes(source: Source): Fixed | undefined {
	let { text } = source;
	const notes: string[] = [];
	for (const fix of fixes) {
		const fixed = fix({ ...source, text });
		if (fixed === undefined) continue;
		text = fixed.text;
		notes.push(...fixed.notes);
	}
	return notes.length === 0 ? undefined : { text, notes };
}
