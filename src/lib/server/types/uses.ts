import ts from 'typescript';
import type { Use } from './protocol.ts';
import { clientTypeName, recordName } from './records.ts';
import { settled, textsOf } from './texts.ts';
import type { VirtualFile } from './virtual.ts';

/** What the code of an app asks of its collections. */
export interface UsesOf {
	readonly program: ts.Program;
	/** Type name -> collection. */
	readonly collections: ReadonlyMap<string, string>;
	/** Property names plain code gives to records itself. */
	readonly written: ReadonlySet<string>;
}

const optionsAt: Readonly<Record<string, number>> = {
	list: 0,
	one: 1,
	create: 1,
	update: 2,
	subscribe: 1,
};
const valuesAt: Readonly<Record<string, number>> = { create: 0, update: 1 };
const texts = ['filter', 'sort', 'expand', 'fields'] as const;

/** The SDK's own methods, where a collection is asked for by name: `pb.collection('posts').getList(1, 20, {…})`. */
const sdkOptionsAt: Readonly<Record<string, number>> = {
	getList: 2,
	getFullList: 0,
	getOne: 1,
	getFirstListItem: 1,
	create: 1,
	update: 2,
};

type Found = Use extends infer U
	? U extends Use
		? Omit<U, 'path' | 'line' | 'column'>
		: never
	: never;

export function usesIn(file: VirtualFile, of: UsesOf): readonly Use[] {
	const source = of.program.getSourceFile(file.name);
	if (!source) return [];
	const checker = of.program.getTypeChecker();
	const known = new Set(of.collections.values());
	const uses: Use[] = [];

	const add = (node: ts.Node, found: Found): void => {
		const from = node.getSourceFile() === source ? node : undefined;
		const place = from && file.place(from.getStart(source));
		if (place) uses.push({ ...place, ...found });
	};

	/** `posts` when the expression is `data.posts`. */
	const collectionOf = (node: ts.Expression): string | undefined => {
		const plain = settled(checker, node);
		const [object, name] = ts.isPropertyAccessExpression(plain)
			? [plain.expression, plain.name.text]
			: ts.isElementAccessExpression(plain) && ts.isStringLiteralLike(plain.argumentExpression)
				? [plain.expression, plain.argumentExpression.text]
				: [undefined, undefined];
		if (object && clientTypeName(checker.getTypeAtLocation(object)) === 'Collections') return name;
		// `pb.collection('posts')`
		if (
			ts.isCallExpression(plain) &&
			ts.isPropertyAccessExpression(plain.expression) &&
			plain.expression.name.text === 'collection' &&
			checker.getTypeAtLocation(plain.expression.expression).getSymbol()?.name === 'Client'
		) {
			const [argument] = plain.arguments;
			const text = argument && settled(checker, argument);
			return text && ts.isStringLiteralLike(text) ? text.text : undefined;
		}
		return undefined;
	};

	const property = (
		object: ts.ObjectLiteralExpression,
		name: string,
	): ts.Expression | undefined => {
		for (const entry of object.properties) {
			if (entry.name?.getText().replaceAll(/^['"]|['"]$/g, '') !== name) continue;
			if (ts.isPropertyAssignment(entry)) return entry.initializer;
			if (ts.isShorthandPropertyAssignment(entry)) return entry.name;
		}
		return undefined;
	};

	function options(collection: string, node: ts.Expression | undefined): void {
		const object = node && settled(checker, node);
		if (!object || !ts.isObjectLiteralExpression(object)) return;
		const given = property(object, 'params');
		const values = given && settled(checker, given);
		const params =
			given === undefined
				? []
				: values &&
					  ts.isObjectLiteralExpression(values) &&
					  !values.properties.some(ts.isSpreadAssignment)
					? values.properties.flatMap(({ name }) => (name ? [name.getText()] : []))
					: undefined;
		for (const kind of texts) {
			const value = property(object, kind);
			if (!value) continue;
			for (const { node: at, text, isDynamic } of textsOf(checker, value))
				add(at.getSourceFile() === source ? at : value, {
					kind,
					collection,
					params,
					text,
					isDynamic,
				});
		}
	}

	function values(collection: string, node: ts.Expression | undefined): void {
		const object = node && settled(checker, node);
		if (!object || !ts.isObjectLiteralExpression(object)) return;
		for (const entry of object.properties) {
			if (!entry.name || ts.isComputedPropertyName(entry.name)) continue;
			const field = ts.isStringLiteralLike(entry.name) ? entry.name.text : entry.name.getText();
			const value = ts.isPropertyAssignment(entry)
				? settled(checker, entry.initializer)
				: undefined;
			const literal = value && ts.isStringLiteralLike(value) ? value.text : undefined;
			add(entry, { kind: 'value', collection, field, literal });
		}
	}

	function call(node: ts.CallExpression): void {
		if (!ts.isPropertyAccessExpression(node.expression)) return;
		const method = node.expression.name.text;
		const collection = collectionOf(node.expression.expression);
		if (collection === undefined || !known.has(collection)) return;
		const isSdk = ts.isCallExpression(settled(checker, node.expression.expression));
		const at = (isSdk ? sdkOptionsAt : optionsAt)[method];
		if (at !== undefined) options(collection, node.arguments[at]);
		const valuesIndex = valuesAt[method];
		if (valuesIndex !== undefined) values(collection, node.arguments[valuesIndex]);
		const [first] = node.arguments;
		if (isSdk && method === 'getFirstListItem' && first)
			for (const { node: text, ...found } of textsOf(checker, first))
				add(text, { kind: 'filter', collection, params: undefined, ...found });
	}

	/** A property of a record, read or taken apart. */
	function member(object: ts.Type, name: ts.Node & { readonly text: string }): void {
		const record = recordName(object);
		const collection = record === undefined ? undefined : of.collections.get(record);
		if (collection === undefined || object.getProperty(name.text)) return;
		if (file.isLoose && of.written.has(name.text)) return;
		add(name, { kind: 'property', collection, field: name.text });
	}

	/** `record as unknown as Post`: what the made-up type promises must be in the record. */
	function cast(node: ts.AsExpression): void {
		let inner: ts.Expression = node;
		while (ts.isAsExpression(inner) || ts.isParenthesizedExpression(inner))
			inner = inner.expression;
		let from = checker.getTypeAtLocation(inner);
		let to = checker.getTypeAtLocation(node);
		if (checker.isArrayType(from) && checker.isArrayType(to)) {
			from = checker.getTypeArguments(from as ts.TypeReference)[0] ?? from;
			to = checker.getTypeArguments(to as ts.TypeReference)[0] ?? to;
		}
		const record = recordName(from);
		const collection = record === undefined ? undefined : of.collections.get(record);
		if (collection === undefined || recordName(to) !== undefined) return;
		if (!(to.flags & ts.TypeFlags.Object) || checker.isArrayType(to)) return;
		for (const wanted of to.getProperties()) {
			const isOptional = (wanted.flags & ts.SymbolFlags.Optional) !== 0;
			if (isOptional || from.getProperty(wanted.name)) continue;
			add(node, { kind: 'property', collection, field: wanted.name });
		}
	}

	const visit = (node: ts.Node): void => {
		if (ts.isCallExpression(node)) call(node);
		if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
			const name = collectionOf(node);
			const at = ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression;
			if (name !== undefined && !known.has(name)) add(at, { kind: 'collection', name });
		}
		if (ts.isCallExpression(node)) {
			const name = collectionOf(node);
			const [at] = node.arguments;
			if (name !== undefined && at && !known.has(name)) add(at, { kind: 'collection', name });
		}
		if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.name))
			member(checker.getTypeAtLocation(node.expression), node.name);
		if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
			const name = node.propertyName ?? node.name;
			if (ts.isIdentifier(name) && !node.dotDotDotToken && !node.initializer)
				member(checker.getTypeAtLocation(node.parent), name);
		}
		if (ts.isAsExpression(node) && !ts.isAsExpression(node.parent)) cast(node);
		ts.forEachChild(node, visit);
	};
	visit(source);
	return uses;
}
