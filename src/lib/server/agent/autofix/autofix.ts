import type { Fixed, Source } from './source.ts';

/** Longer files are left to the model. */
const maxChars = 60_000;
/** Without one of these there is nothing any repair could look at. */
const worthALook =
	/export\s+let|\$:|\bon:|<slot|\bimport\b|\bdata\.|\bauth\.|\bon(?:Mount|Destroy)\(|\b(?:tick|untrack|[gs]etContext)\(|transition:|\b(?:in|out|animate):|<[A-Z]|<script/;

/**
 * Repairs what is mechanical and safe in a file that was just written, before a model is asked to: the repaired
 * text with what was done, or undefined.
 */
export type Autofix = (source: Source) => Promise<Fixed | undefined>;

export const isWorthALook = ({ path, text }: Source): boolean =>
	/\.(?:svelte|ts|js)$/.test(path) && text.length <= maxChars && worthALook.test(text);

/** On this very thread. Nothing of the text is executed, and nothing outside it is read. */
export const autofix: Autofix = async (source) => {
	if (!isWorthALook(source)) return undefined;
	const { applyFixes } = await import('./fixes.ts');
	try {
		return applyFixes(source);
	} catch {
		// Nested too deep, or read differently by the compiler than by us: then it stays as it was written.
		return undefined;
	}
};
