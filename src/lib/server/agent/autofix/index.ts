import type { Fixed, Source } from './source.ts';

/** Longer files are left to the model: parsing is done on the thread that serves everybody. */
const maxChars = 60_000;
/** Without one of these there is nothing any repair could look at. */
const worthALook =
	/export\s+let|\$:|\bon:|<slot|\bimport\b|\bdata\.|\bauth\.|\bon(?:Mount|Destroy)\(|\b(?:tick|untrack|[gs]etContext)\(|transition:|\b(?:in|out|animate):|<[A-Z]|<script/;

/**
 * Repairs what is mechanical and safe in a file that was just written, before a model is asked to. Nothing is
 * executed and nothing outside the text is read. The compiler is loaded when it is needed first.
 *
 * @returns the repaired text with what was done, or undefined
 */
export async function autofix(source: Source): Promise<Fixed | undefined> {
	const { path, text } = source;
	if (!/\.(?:svelte|ts|js)$/.test(path) || text.length > maxChars) return undefined;
	if (!worthALook.test(text)) return undefined;
	const { applyFixes } = await import('./fixes.ts');
	try {
		return applyFixes(source);
	} catch {
		// Nested too deep, or read differently by the compiler than by us: then it stays as it was written.
		return undefined;
	}
}
export type { Fixed } from './source.ts';
