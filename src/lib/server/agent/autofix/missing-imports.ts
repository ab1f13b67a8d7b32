import { posix } from 'node:path';
import { addImport, nameOf, relative } from './imports.ts';
import {
	applyChanges,
	isComponent,
	isNode,
	parseSource,
	walkAll,
	type Fix,
	type Node,
	type Parsed,
	type Source,
} from './source.ts';

const lifecycle = new Set(['onMount', 'onDestroy', 'tick', 'untrack', 'getContext', 'setContext']);
const transitions = new Set(['fade', 'fly', 'slide', 'scale', 'blur', 'draw']);
const dataCalls = new Set(['list', 'one', 'create', 'update', 'delete', 'subscribe']);
const authParts = new Set(['user', 'signUp', 'signIn', 'signOut']);

interface Missing {
	readonly name: string;
	readonly from: string;
	readonly isDefault?: boolean;
}

/**
 * Imports what is used and declared nowhere, where its use leaves no doubt: `data.posts.list(…)`, `auth.user`,
 * `onMount(…)`, `transition:fade`, and a component the app has one file for.
 */
export const missingImports: Fix = (source) => {
	const parsed = parseSource(source);
	if (parsed === undefined) return undefined;
	const declared = declaredNames(parsed);
	const missing = new Map<string, Missing>();
	for (const [node] of walkAll(parsed)) {
		const found = needed(node, source);
		if (found !== undefined && !declared.has(found.name)) missing.set(found.name, found);
	}
	if (missing.size === 0) return undefined;
	let { text } = source;
	const notes: string[] = [];
	for (const { name, from, isDefault } of missing.values()) {
		const now = { ...source, text };
		const tree = parseSource(now);
		if (tree === undefined) return undefined;
		text = applyChanges(text, [addImport(now, tree, name, from, isDefault)]);
		notes.push(`Imported ${name} from '${from}'.`);
	}
	return { text, notes };
};

function needed(node: Node, source: Source): Missing | undefined {
	switch (node.type) {
		case 'MemberExpression': {
			const { object, property } = node;
			if (node['computed'] === true || !isNode(object)) return undefined;
			if (nameOf(object) === 'auth' && authParts.has(nameOf(property)))
				return { name: 'auth', from: '$auth' };
			const isData = object.type === 'MemberExpression' && nameOf(object['object']) === 'data';
			return isData && dataCalls.has(nameOf(property))
				? { name: 'data', from: '$data' }
				: undefined;
		}
		case 'CallExpression': {
			const name = nameOf(node['callee']);
			return lifecycle.has(name) ? { name, from: 'svelte' } : undefined;
		}
		case 'TransitionDirective': {
			const name = nameOf(node);
			return transitions.has(name) ? { name, from: 'svelte/transition' } : undefined;
		}
		case 'AnimateDirective':
			return nameOf(node) === 'flip' ? { name: 'flip', from: 'svelte/animate' } : undefined;
		case 'Component':
			return component(nameOf(node), source);
		default:
			return undefined;
	}
}

function component(name: string, { path, files }: Source): Missing | undefined {
	if (!/^[A-Z]\w*$/.test(name)) return undefined;
	const found = [...files].filter(
		(file) => isComponent(file) && posix.basename(file, '.svelte') === name,
	);
	const [file] = found;
	if (file === undefined || found.length > 1 || file === path) return undefined;
	return { name, from: relative(path, file), isDefault: true };
}

/** Every name that is bound anywhere in the file, in whatever scope: one more is one fix less, never a wrong one. */
function declaredNames(parsed: Parsed): ReadonlySet<string> {
	const names = new Set<string>();
	const bind = (pattern: unknown): void => {
		if (!isNode(pattern)) return;
		if (pattern.type === 'Identifier') names.add(nameOf(pattern));
		for (const key of ['left', 'argument', 'value']) bind(pattern[key]);
		for (const key of ['elements', 'properties']) {
			const list = pattern[key];
			if (Array.isArray(list)) for (const item of list as readonly unknown[]) bind(item);
		}
	};
	for (const [node] of walkAll(parsed)) {
		for (const key of bound[node.type] ?? []) {
			const value = node[key];
			if (typeof value === 'string') names.add(value);
			else if (Array.isArray(value)) for (const item of value as readonly unknown[]) bind(item);
			else bind(value);
		}
	}
	return names;
}

/** The parts of nodes that bind names. */
const bound: Readonly<Record<string, readonly string[]>> = {
	VariableDeclarator: ['id'],
	FunctionDeclaration: ['id', 'params'],
	FunctionExpression: ['id', 'params'],
	ArrowFunctionExpression: ['params'],
	ClassDeclaration: ['id'],
	CatchClause: ['param'],
	ImportSpecifier: ['local'],
	ImportDefaultSpecifier: ['local'],
	ImportNamespaceSpecifier: ['local'],
	TSEnumDeclaration: ['id'],
	EachBlock: ['context', 'index'],
	AwaitBlock: ['value', 'error'],
	SnippetBlock: ['expression', 'parameters'],
	LetDirective: ['name', 'expression'],
};
