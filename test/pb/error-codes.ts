import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { issue } from '../../pb/core/fields/issues.ts';

/** A code with a message as they stand in the source. */
export interface Emitted {
	readonly code: string;
	/** In wire form. What is only known at run time stands as `{…}`. */
	readonly message: string;
	readonly file: string;
}

export interface Scan {
	readonly emitted: readonly Emitted[];
	/** Literals that look like a code but stand where none is expected: the scan would miss them. */
	readonly stray: readonly string[];
}

const looksLikeCode = /^(?:validation|batch)_/;

/** Helpers that take another message for their code. */
const helpers: ReadonlyMap<string, string> = new Map([
	['requiredIssue', 'validation_required'],
	['inIssue', 'validation_in_invalid'],
]);

/**
 * Reads every source file of `pb/` and collects what is put on the wire: the first two arguments of each `issue(…)`, each
 * object with the members `code` and `message`, and the messages given to the helpers above.
 */
export function scanCodes(folder = 'pb'): Scan {
	const emitted: Emitted[] = [];
	const stray: string[] = [];
	for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
		if (!name.endsWith('.ts')) continue;
		const file = join(folder, name);
		const source = ts.createSourceFile(
			file,
			readFileSync(file, 'utf8'),
			ts.ScriptTarget.Latest,
			true,
		);
		const seen = new Set<ts.Node>();
		walk(source, (node) => {
			const other = otherMessage(node);
			if (other) emitted.push({ ...other, file });
			const pair = codeAndMessage(node);
			if (!pair) return;
			seen.add(pair.code);
			const code = textOf(pair.code);
			if (code === undefined) return;
			emitted.push({ code, message: issue(code, textOf(pair.message) ?? '{…}').message, file });
		});
		walk(source, (node) => {
			const isText = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
			if (isText && looksLikeCode.test(textOf(node) ?? '') && !seen.has(node))
				stray.push(`${file}: ${node.getText()}`);
		});
	}
	return { emitted, stray };
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
	visit(node);
	ts.forEachChild(node, (child) => walk(child, visit));
}

interface Pair {
	readonly code: ts.Expression;
	readonly message: ts.Expression;
}

function codeAndMessage(node: ts.Node): Pair | undefined {
	if (ts.isCallExpression(node)) {
		const [code, message] = node.arguments;
		const isIssue = ts.isIdentifier(node.expression) && node.expression.text === 'issue';
		return isIssue && code && message ? { code, message } : undefined;
	}
	if (!ts.isObjectLiteralExpression(node)) return undefined;
	const member = (name: string): ts.Expression | undefined =>
		node.properties.find(
			(property): property is ts.PropertyAssignment =>
				ts.isPropertyAssignment(property) && property.name.getText() === name,
		)?.initializer;
	const code = member('code');
	const message = member('message');
	return code && message ? { code, message } : undefined;
}

function otherMessage(node: ts.Node): Omit<Emitted, 'file'> | undefined {
	if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
	const code = helpers.get(node.expression.text);
	const [message] = node.arguments;
	if (code === undefined || message === undefined) return undefined;
	return { code, message: issue(code, textOf(message) ?? '{…}').message };
}

/** The text of a literal or template; of a parameter its default. Undefined for anything else. */
function textOf(node: ts.Node): string | undefined {
	if (ts.isStringLiteralLike(node)) return node.text;
	if (ts.isTemplateExpression(node))
		return node.templateSpans.reduce(
			(text, span) => `${text}{…}${span.literal.text}`,
			node.head.text,
		);
	return ts.isIdentifier(node) ? defaultOf(node) : undefined;
}

function defaultOf(name: ts.Identifier): string | undefined {
	for (let at: ts.Node = name; !ts.isSourceFile(at); at = at.parent) {
		if (!ts.isFunctionLike(at)) continue;
		const parameter = at.parameters.find((each) => each.name.getText() === name.text);
		if (parameter) return parameter.initializer && textOf(parameter.initializer);
	}
	return undefined;
}
