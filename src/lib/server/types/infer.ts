import ts from 'typescript';
import { saysNothing, writtenType } from './records.ts';
import type { VirtualFile } from './virtual.ts';

/** Whether a value says nothing of what a variable will hold: `[]`, `null`, `$state([])`, `$state()`. */
function isBlank(node: ts.Expression | undefined): boolean {
	if (node === undefined) return true;
	if (ts.isArrayLiteralExpression(node)) return node.elements.length === 0;
	if (node.kind === ts.SyntaxKind.NullKeyword) return true;
	if (ts.isIdentifier(node)) return node.text === 'undefined';
	if (!ts.isCallExpression(node) || node.typeArguments) return false;
	const name = node.expression.getText();
	return (name === '$state' || name === '$state.raw') && isBlank(node.arguments[0]);
}

const adding = new Set(['push', 'unshift']);

/** What is put into variables without a type: variable -> values, an item where `isItem`. */
interface Written {
	readonly value: ts.Type;
	readonly isItem: boolean;
}

/**
 * Types for variables that begin empty, from what the code puts into them: `let posts = $state([])` holds the posts
 * that are assigned to it later. Only where all that is assigned is one kind of record.
 *
 * @returns the file with these types written in, or undefined when there are none
 */
export function withInferredTypes(program: ts.Program, file: VirtualFile): VirtualFile | undefined {
	const source = program.getSourceFile(file.name);
	if (!source) return undefined;
	const checker = program.getTypeChecker();
	const blanks = new Map<ts.Symbol, { readonly end: number; readonly written: Written[] }>();

	const declare = (node: ts.Node): void => {
		if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && !node.type) {
			const isLoop = ts.isForOfStatement(node.parent.parent) || ts.isCatchClause(node.parent);
			const symbol = checker.getSymbolAtLocation(node.name);
			if (symbol && !isLoop && isBlank(node.initializer))
				blanks.set(symbol, { end: node.name.getEnd(), written: [] });
		}
		ts.forEachChild(node, declare);
	};
	declare(source);
	if (blanks.size === 0) return undefined;

	const put = (target: ts.Node, value: ts.Type, isItem: boolean): void => {
		if (!ts.isIdentifier(target)) return;
		const symbol = checker.getSymbolAtLocation(target);
		const blank = symbol && blanks.get(symbol);
		if (blank && !saysNothing(checker, value)) blank.written.push({ value, isItem });
	};
	const assign = (target: ts.Expression, value: ts.Type): void => {
		if (ts.isArrayLiteralExpression(target)) {
			const parts = checker.isTupleType(value)
				? checker.getTypeArguments(value as ts.TypeReference)
				: [];
			for (const [index, element] of target.elements.entries()) {
				const part = parts[index];
				if (part) assign(element, part);
			}
		} else if (ts.isObjectLiteralExpression(target)) {
			for (const property of target.properties) {
				const part = property.name && value.getProperty(property.name.getText());
				if (!part) continue;
				const type = checker.getTypeOfSymbol(part);
				if (ts.isPropertyAssignment(property)) assign(property.initializer, type);
				else if (ts.isShorthandPropertyAssignment(property)) {
					const symbol = checker.getShorthandAssignmentValueSymbol(property);
					const blank = symbol && blanks.get(symbol);
					if (blank && !saysNothing(checker, type))
						blank.written.push({ value: type, isItem: false });
				}
			}
		} else put(target, value, false);
	};
	const visit = (node: ts.Node): void => {
		if (
			ts.isBinaryExpression(node) &&
			node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
			!isBlank(node.right)
		)
			assign(node.left, checker.getTypeAtLocation(node.right));
		if (
			ts.isCallExpression(node) &&
			ts.isPropertyAccessExpression(node.expression) &&
			adding.has(node.expression.name.text)
		)
			for (const argument of node.arguments)
				if (ts.isSpreadElement(argument))
					put(node.expression.expression, checker.getTypeAtLocation(argument.expression), false);
				else put(node.expression.expression, checker.getTypeAtLocation(argument), true);
		ts.forEachChild(node, visit);
	};
	visit(source);

	const found: { readonly at: number; readonly text: string }[] = [];
	for (const { end, written } of blanks.values()) {
		const types = new Set(
			written.map(({ value, isItem }) => {
				const type = writtenType(checker, value);
				return type === undefined || !isItem ? type : `${type}[]`;
			}),
		);
		const [type] = types;
		if (types.size === 1 && type !== undefined) found.push({ at: end, text: `: ${type}` });
	}
	return found.length === 0 ? undefined : withInsertions(file, found);
}

function withInsertions(
	file: VirtualFile,
	insertions: readonly { readonly at: number; readonly text: string }[],
): VirtualFile {
	const ordered = [...insertions].sort((a, b) => a.at - b.at);
	let text = '';
	let from = 0;
	for (const { at, text: inserted } of ordered) {
		text += file.text.slice(from, at) + inserted;
		from = at;
	}
	text += file.text.slice(from);
	return {
		...file,
		text,
		place(offset) {
			let back = offset;
			let shift = 0;
			for (const { at, text: inserted } of ordered) {
				if (offset <= at + shift) break;
				back = Math.max(at, offset - shift - inserted.length);
				shift += inserted.length;
			}
			return file.place(back);
		},
	};
}
