import { posix } from 'node:path';
import { importsOf, namesOf, relative, type Import } from './imports.ts';
import { applyChanges, parseSource, type Change, type Fix, type Source } from './source.ts';

const endings = ['.svelte', '.ts', '.js', '.svelte.ts', '.svelte.js', '/index.ts', '/index.js'];

/**
 * Imports that can only mean one thing: a path from the root (`$lib/…`, `/src/…`, `src/…`) or without its ending
 * to the one file there is, and the modules `$data` and `$auth` by their own names.
 */
export const importPaths: Fix = (source) => {
	const parsed = parseSource(source);
	if (parsed === undefined) return undefined;
	const found = importsOf(parsed).flatMap((item) => {
		const fixed = fixModule(item) ?? fixPath(item, source);
		return fixed === undefined ? [] : [{ item, fixed }];
	});
	if (found.length === 0) return undefined;
	const changes = found.map(({ item, fixed }): Change => {
		const place = fixed.whole ? item.node : item.source;
		const { start, end } = place;
		return { start: start + parsed.shift, end: end + parsed.shift, text: fixed.text };
	});
	return { text: applyChanges(source.text, changes), notes: found.map(({ fixed }) => fixed.note) };
};

interface FixedImport {
	readonly text: string;
	/** The text replaces the statement, not only the path. */
	readonly whole: boolean;
	readonly note: string;
}

function fixPath({ from }: Import, { path, files }: Source): FixedImport | undefined {
	const base = rooted(from) ?? local(path, from);
	if (base === undefined) return undefined;
	const isRelative = from.startsWith('.');
	if (isRelative && files.has(base)) return undefined;
	const candidates = [base, ...endings.map((ending) => base + ending)].filter((file) =>
		files.has(file),
	);
	const [target] = candidates;
	if (target === undefined || candidates.length > 1) return undefined;
	const to = relative(path, target);
	return { text: `'${to}'`, whole: false, note: `Import of "${from}" is now "${to}".` };
}

/** The path in the app of an import written from its root. */
function rooted(from: string): string | undefined {
	if (from.startsWith('$lib/')) return posix.normalize(`src/lib/${from.slice(5)}`);
	const match = /^\/?(src\/.+)$/.exec(from);
	return match?.[1] === undefined ? undefined : posix.normalize(match[1]);
}

function local(path: string, from: string): string | undefined {
	if (!/^\.{1,2}\//.test(from)) return undefined;
	const joined = posix.join(posix.dirname(path), from);
	return joined.startsWith('..') ? undefined : joined;
}

const exported: Readonly<Record<string, string>> = { $data: 'data', $auth: 'auth' };

/** `$data` exports `data` and nothing else, `$auth` exports `auth`. */
function fixModule({ from, specifiers, isType }: Import): FixedImport | undefined {
	const own = exported[from];
	const [first, ...more] = specifiers;
	if (own === undefined || isType || first === undefined || more.length > 0) return undefined;
	const { local: name, imported } = namesOf(first);
	const statement = (module: string, what: string): FixedImport => ({
		text: `import { ${what} } from '${module}';`,
		whole: true,
		note: `${from} has no such export: imported { ${what} } from '${module}'.`,
	});
	if (first.type === 'ImportDefaultSpecifier')
		return statement(from, name === own ? own : `${own} as ${name}`);
	if (first.type !== 'ImportSpecifier' || imported === own) return undefined;
	const other = Object.entries(exported).find(([, value]) => value === imported);
	return other === undefined
		? undefined
		: statement(other[0], name === imported ? name : `${imported} as ${name}`);
}
