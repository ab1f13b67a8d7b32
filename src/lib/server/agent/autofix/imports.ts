import { posix } from 'node:path';
import { isNode, type Change, type Node, type Parsed, type Source } from './source.ts';

/** An import statement, as far as the fixes look at it. */
export interface Import {
	readonly node: Node;
	/** What follows `from`. */
	readonly from: string;
	/** The place of the quoted text with its quotes. */
	readonly source: Node;
	readonly specifiers: readonly Node[];
	readonly isType: boolean;
}

/** All import statements of both scripts, in order. */
export function importsOf({ ast }: Parsed): readonly Import[] {
	return [ast.module, ast.instance].flatMap((script) =>
		(script?.content.body ?? []).flatMap((statement) => {
			if (statement.type !== 'ImportDeclaration') return [];
			const node = statement as unknown as Node;
			return [
				{
					node,
					from: String(statement.source.value),
					source: statement.source as unknown as Node,
					specifiers: statement.specifiers as unknown as readonly Node[],
					isType: node['importKind'] === 'type',
				},
			];
		}),
	);
}

/** The local and the imported name of a specifier. */
export function namesOf(specifier: Node): { readonly local: string; readonly imported: string } {
	const local = nameOf(specifier['local']);
	return { local, imported: nameOf(specifier['imported']) || local };
}
export const nameOf = (node: unknown): string =>
	typeof node === 'object' && node !== null && 'name' in node && typeof node.name === 'string'
		? node.name
		: '';

/** The specifier that leads from one file of the app to another. */
export function relative(from: string, to: string): string {
	const path = posix.relative(posix.dirname(from), to);
	return path.startsWith('.') ? path : `./${path}`;
}

/**
 * What imports `name` from `from`: a specifier more in an import that is there, or a statement more.
 * @param isDefault `import name from …`
 */
export function addImport(
	source: Source,
	parsed: Parsed,
	name: string,
	from: string,
	isDefault = false,
): Change {
	const { ast, shift } = parsed;
	const imports = importsOf(parsed);
	const same = imports.find(
		(item) =>
			item.from === from &&
			!item.isType &&
			item.specifiers.length > 0 &&
			item.specifiers.every(({ type }) => type === 'ImportSpecifier'),
	);
	const lastSpecifier = same?.specifiers.at(-1);
	if (!isDefault && lastSpecifier !== undefined) {
		const at = lastSpecifier.end + shift;
		return { start: at, end: at, text: `, ${name}` };
	}
	const statement = `import ${isDefault ? name : `{ ${name} }`} from '${from}';`;
	const last = imports.at(-1);
	if (last !== undefined) {
		const at = last.node.end + shift;
		const lineStart = source.text.lastIndexOf('\n', last.node.start + shift - 1) + 1;
		const indent = /^[ \t]*/.exec(source.text.slice(lineStart))?.[0] ?? '';
		return { start: at, end: at, text: `\n${indent}${statement}` };
	}
	if (shift !== 0) return { start: 0, end: 0, text: `${statement}\n` };
	const script: unknown = ast.instance ?? ast.module;
	// Without a script there is none in the tree, whatever its type says.
	if (!isNode(script))
		return { start: 0, end: 0, text: `<script lang="ts">\n\t${statement}\n</script>\n\n` };
	const at = source.text.indexOf('>', lastAttributeEnd(script)) + 1;
	return { start: at, end: at, text: `\n\t${statement}` };
}

/** Where the attributes of a script tag end: a `>` in one of them is not the end of the tag. */
function lastAttributeEnd(script: Node): number {
	const attributes = script['attributes'];
	const last = Array.isArray(attributes) ? (attributes as readonly Node[]).at(-1) : undefined;
	return last?.end ?? script.start;
}
