import ts from 'typescript';
import type { Problem } from '#lib/contracts/index.ts';
import { recordName } from './records.ts';
import type { VirtualFile } from './virtual.ts';

const maxProblems = 100;
const maxMessage = 600;

/**
 * What is never a fault of an app: types that only TypeScript files may write (svelte2tsx writes them into plain
 * components too), anything implicit, and modules whose lack the compile check reports with its place.
 */
const ignored = new Set([
	2307, 2732, 2792, 2306, 7016, 2497, 1208, 1148, 1375, 1378, 2880,
	// A component's props that nobody described; unused hints.
	2525, 6133, 6192, 6196,
]);
const isIgnored = (code: number): boolean =>
	ignored.has(code) || (code >= 8000 && code < 9000) || (code >= 7000 && code < 7100);

/** In plain code a date minus a date is a number of milliseconds. */
const arithmetic = new Set([2362, 2363]);

/** Properties that these may have and the types of the browser do not know. */
const vague = new Set([
	'EventTarget',
	'Element',
	'HTMLElement',
	'Node',
	'SVGElement',
	'Event',
	'Window',
	'ParentNode',
]);
const missingProperty = new Set([2339, 2551]);

/** Regions that svelte2tsx writes for itself. */
function ignoredRegions(text: string): readonly (readonly [number, number])[] {
	const regions: [number, number][] = [];
	for (let at = text.indexOf('/*Ωignore_startΩ*/'); at >= 0;) {
		const end = text.indexOf('/*Ωignore_endΩ*/', at);
		if (end < 0) break;
		regions.push([at, end]);
		at = text.indexOf('/*Ωignore_startΩ*/', end);
	}
	return regions;
}

/** The innermost node around a position. */
export function nodeAt(source: ts.SourceFile, position: number): ts.Node {
	let found: ts.Node = source;
	const visit = (node: ts.Node): void => {
		if (position < node.getStart(source) || position >= node.getEnd()) return;
		found = node;
		ts.forEachChild(node, visit);
	};
	ts.forEachChild(source, visit);
	return found;
}

/** Property names the app's plain code writes to: `post.isOpen = true` makes the property, whatever the schema says. */
export function writtenProperties(sources: readonly ts.SourceFile[]): ReadonlySet<string> {
	const names = new Set<string>();
	const visit = (node: ts.Node): void => {
		if (
			ts.isBinaryExpression(node) &&
			node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
			ts.isPropertyAccessExpression(node.left)
		)
			names.add(node.left.name.text);
		ts.forEachChild(node, visit);
	};
	for (const source of sources) visit(source);
	return names;
}

/** Facts about one app that decide what is a problem. */
export interface Judge {
	readonly program: ts.Program;
	/** Of plain files only. */
	readonly written: ReadonlySet<string>;
}

function isNoFault(
	diagnostic: ts.Diagnostic,
	source: ts.SourceFile,
	file: VirtualFile,
	{ program, written }: Judge,
): boolean {
	if (isIgnored(diagnostic.code)) return true;
	if (file.isLoose && arithmetic.has(diagnostic.code)) return true;
	if (!missingProperty.has(diagnostic.code)) return false;
	const name = nodeAt(source, diagnostic.start ?? 0);
	if (!ts.isPropertyAccessExpression(name.parent)) return false;
	const checker = program.getTypeChecker();
	const type = checker.getTypeAtLocation(name.parent.expression);
	if (file.isLoose && recordName(type) !== undefined) return written.has(name.getText(source));
	const declared = type.getSymbol()?.name;
	const parts = type.isIntersection() ? type.types : [type];
	return (
		(declared !== undefined && vague.has(declared)) ||
		parts.some((part) => vague.has(part.getSymbol()?.name ?? '')) ||
		// `{}` that plain code fills later.
		(file.isLoose && checker.typeToString(type) === '{}')
	);
}

/** What svelte2tsx calls things, in the words of who wrote the component. */
const readable = (text: string): string =>
	text
		.replaceAll(/import\("[^"]*"\)\./g, '')
		.replaceAll('__sveltets_2_', '')
		.replaceAll('/*Ωignore_positionΩ*/', '');

/** The faults of one file. */
export function fileProblems(file: VirtualFile, judge: Judge): readonly Problem[] {
	const source = judge.program.getSourceFile(file.name);
	if (!source) return [];
	const regions = ignoredRegions(file.text);
	const found = [
		...judge.program.getSyntacticDiagnostics(source),
		...judge.program.getSemanticDiagnostics(source),
	];
	const problems = new Map<string, Problem>();
	for (const diagnostic of found) {
		if (problems.size >= maxProblems) break;
		if (diagnostic.category !== ts.DiagnosticCategory.Error) continue;
		const start = diagnostic.start ?? 0;
		if (regions.some(([from, to]) => start >= from && start < to)) continue;
		if (isNoFault(diagnostic, source, file, judge)) continue;
		const place = file.place(start);
		if (!place) continue;
		const text = readable(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
		const problem = {
			...place,
			code: `ts${String(diagnostic.code)}`,
			message: text.slice(0, maxMessage),
		};
		problems.set(`${String(place.line)}:${String(place.column)} ${problem.code}`, problem);
	}
	return [...problems.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}
