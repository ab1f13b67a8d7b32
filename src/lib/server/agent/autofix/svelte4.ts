import { compile, migrate } from 'svelte/compiler';
import {
	isComponent,
	parseSource,
	walk,
	walkAll,
	type Fix,
	type Node,
	type Parsed,
} from './source.ts';

/** What the migration may take from `svelte/legacy`: wrappers of one event, which mean exactly what they say. */
const wrappers = new Set([
	'preventDefault',
	'stopPropagation',
	'stopImmediatePropagation',
	'once',
	'self',
	'trusted',
]);

/**
 * A component in the style of Svelte 4, in that of Svelte 5, by Svelte's own migration. Only when it is sure:
 * nothing is left to do by hand, no effect was guessed (`$:` blocks), and the result compiles with runes.
 */
export const svelte4: Fix = (source) => {
	if (!isComponent(source.path)) return undefined;
	const parsed = parseSource(source);
	if (parsed === undefined) return undefined;
	const idioms = idiomsIn(parsed);
	if (idioms.length === 0) return undefined;
	let text: string;
	try {
		// The migration prints what it cannot read; so it never gets to see that.
		compile(source.text, { filename: source.path, generate: false });
		text = migrate(source.text, { filename: source.path }).code;
	} catch {
		return undefined;
	}
	if (text === source.text || text.includes('@migration-task')) return undefined;
	const after = parseSource({ ...source, text });
	if (after === undefined || idiomsIn(after).length > 0 || !legacyImports(text)) return undefined;
	if (!compiles(source.path, text)) return undefined;
	return { text, notes: [`Svelte 4 style rewritten as Svelte 5: ${idioms.join(', ')}.`] };
};

/** What of Svelte 4 a component uses, each once. */
function idiomsIn(parsed: Parsed): readonly string[] {
	const found = new Set<string>();
	for (const statement of parsed.ast.instance?.content.body ?? []) {
		if (statement.type === 'LabeledStatement' && statement.label.name === '$') found.add('$:');
		if (
			statement.type === 'ExportNamedDeclaration' &&
			statement.declaration?.type === 'VariableDeclaration' &&
			statement.declaration.kind === 'let'
		)
			found.add('export let');
	}
	for (const [node, parent] of walkAll(parsed)) {
		if (node.type === 'SlotElement') found.add('<slot>');
		// On a component it is that component's own event.
		if (node.type === 'OnDirective' && parent !== undefined && isElement(parent))
			found.add(`on:${String(node['name'])}`);
	}
	return [...found];
}

const isElement = ({ type }: Node): boolean =>
	['RegularElement', 'SvelteWindow', 'SvelteDocument', 'SvelteBody', 'SvelteElement'].includes(
		type,
	);

function legacyImports(text: string): boolean {
	const parsed = parseSource({ path: 'A.svelte', text });
	if (parsed === undefined) return false;
	for (const statement of parsed.ast.instance?.content.body ?? []) {
		if (statement.type !== 'ImportDeclaration' || statement.source.value !== 'svelte/legacy')
			continue;
		for (const [node] of walk(statement as unknown as Node))
			if (node.type === 'ImportSpecifier') {
				const imported = node['imported'] as { readonly name?: unknown };
				if (!wrappers.has(String(imported.name))) return false;
			}
	}
	return true;
}

function compiles(path: string, text: string): boolean {
	try {
		compile(text, { filename: path, generate: 'client', runes: true });
		return true;
	} catch {
		return false;
	}
}
