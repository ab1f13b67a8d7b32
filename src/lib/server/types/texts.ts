import ts from 'typescript';
import type { QueryText } from './protocol.ts';

const maxText = 4000;
const maxDepth = 8;

/** A text with the node it begins at. */
export interface FoundText extends QueryText {
	readonly node: ts.Node;
}

/** The declaration of a constant that an identifier names. */
function constant(checker: ts.TypeChecker, node: ts.Identifier): ts.Expression | undefined {
	// `{ filter }` names both a property and the constant behind it.
	const symbol = ts.isShorthandPropertyAssignment(node.parent)
		? checker.getShorthandAssignmentValueSymbol(node.parent)
		: checker.getSymbolAtLocation(node);
	const declaration = symbol?.valueDeclaration;
	if (!declaration || !ts.isVariableDeclaration(declaration)) return undefined;
	const isConst = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
	return isConst ? declaration.initializer : undefined;
}

/** The value an expression surely is: what a constant or `$derived` stands for, without casts and parentheses. */
export function settled(checker: ts.TypeChecker, node: ts.Expression, depth = 0): ts.Expression {
	if (depth > maxDepth) return node;
	if (
		ts.isParenthesizedExpression(node) ||
		ts.isAsExpression(node) ||
		ts.isSatisfiesExpression(node) ||
		ts.isNonNullExpression(node)
	)
		return settled(checker, node.expression, depth + 1);
	if (ts.isCallExpression(node) && node.expression.getText() === '$derived') {
		const [value] = node.arguments;
		return value ? settled(checker, value, depth + 1) : node;
	}
	if (ts.isIdentifier(node)) {
		const value = constant(checker, node);
		return value ? settled(checker, value, depth + 1) : node;
	}
	return node;
}

interface Part {
	readonly text: string;
	readonly isDynamic: boolean;
}

function parts(checker: ts.TypeChecker, node: ts.Expression, depth: number): readonly Part[] {
	const plain = settled(checker, node);
	if (ts.isStringLiteralLike(plain)) return [{ text: plain.text, isDynamic: false }];
	if (depth > maxDepth) return [{ text: '', isDynamic: true }];
	if (ts.isTemplateExpression(plain))
		return [
			{ text: plain.head.text, isDynamic: false },
			...plain.templateSpans.flatMap((span) => [
				...parts(checker, span.expression, depth + 1),
				{ text: span.literal.text, isDynamic: false },
			]),
		];
	const isSum = (checker.getTypeAtLocation(plain).flags & ts.TypeFlags.NumberLike) !== 0;
	if (
		ts.isBinaryExpression(plain) &&
		plain.operatorToken.kind === ts.SyntaxKind.PlusToken &&
		!isSum
	)
		return [...parts(checker, plain.left, depth + 1), ...parts(checker, plain.right, depth + 1)];
	return [{ text: '', isDynamic: true }];
}

/**
 * The texts an expression can be: both sides of a choice, templates with what is only known at run time left open.
 * Nothing for a value that is computed as a whole.
 */
export function textsOf(
	checker: ts.TypeChecker,
	node: ts.Expression,
	depth = 0,
): readonly FoundText[] {
	const plain = settled(checker, node);
	if (depth > maxDepth) return [];
	if (ts.isConditionalExpression(plain))
		return [plain.whenTrue, plain.whenFalse].flatMap((side) => textsOf(checker, side, depth + 1));
	if (
		ts.isBinaryExpression(plain) &&
		[ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken].includes(
			plain.operatorToken.kind,
		)
	)
		return [plain.left, plain.right].flatMap((side) => textsOf(checker, side, depth + 1));
	const found = parts(checker, plain, 0);
	if (found.every(({ isDynamic }) => isDynamic)) return [];
	let open = 0;
	const text = found
		.map((part) => (part.isDynamic ? `{:dynamic${String(open++)}}` : part.text))
		.join('')
		.slice(0, maxText);
	return [{ node: plain, text, isDynamic: open > 0 }];
}
