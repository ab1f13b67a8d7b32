import { importsOf, namesOf } from './imports.ts';
import { applyChanges, parseSource, type Change, type Fix } from './source.ts';

const runes = new Set([
	'$state',
	'$derived',
	'$effect',
	'$props',
	'$bindable',
	'$inspect',
	'$host',
]);

/** Runes are part of the language: importing them is an error, and nothing but the import has to go. */
export const runeImports: Fix = (source) => {
	const parsed = parseSource(source);
	if (parsed === undefined) return undefined;
	const notes: string[] = [];
	const changes = importsOf(parsed).flatMap(({ node, from, specifiers }): readonly Change[] => {
		if (from !== 'svelte') return [];
		const kept = specifiers.filter((specifier) => !runes.has(namesOf(specifier).local));
		if (kept.length === specifiers.length) return [];
		// With a default or namespace import beside them it is nothing known.
		if (specifiers.some(({ type }) => type !== 'ImportSpecifier')) return [];
		const gone = specifiers.map((item) => namesOf(item).local).filter((name) => runes.has(name));
		notes.push(`Runes are not imported: removed ${gone.join(', ')}.`);
		const start = node.start + parsed.shift;
		const end = node.end + parsed.shift;
		const names = kept.map((item) =>
			source.text.slice(item.start + parsed.shift, item.end + parsed.shift),
		);
		if (names.length > 0)
			return [{ start, end, text: `import { ${names.join(', ')} } from 'svelte';` }];
		const lineEnd = /^[ \t]*\r?\n[ \t]*/.exec(source.text.slice(end))?.[0].length ?? 0;
		return [{ start, end: end + lineEnd, text: '' }];
	});
	return changes.length === 0 ? undefined : { text: applyChanges(source.text, changes), notes };
};
