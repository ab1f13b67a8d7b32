import { isComponent, parseSource, type Fix } from './source.ts';

const script = /<script((?:\s+(?:module|context="module"))?)>/g;

/** TypeScript in a script that does not say so: it says so when that is what makes it readable. */
export const typescript: Fix = (source) => {
	if (!isComponent(source.path) || parseSource(source) !== undefined) return undefined;
	const text = source.text.replaceAll(script, '<script lang="ts"$1>');
	if (text === source.text || parseSource({ ...source, text }) === undefined) return undefined;
	return { text, notes: ['The script is TypeScript: added lang="ts".'] };
};
