import ts from 'typescript';
import { clientName } from './program.ts';

const isOurs = (symbol: ts.Symbol | undefined): boolean =>
	symbol?.declarations?.some((node) => node.getSourceFile().fileName === clientName) === true;

/** Name of an interface that the client's types declare, `PostsRecord`; undefined for any other type. */
export function clientTypeName(type: ts.Type): string | undefined {
	const symbol = type.getSymbol();
	return isOurs(symbol) ? symbol?.name : undefined;
}

/** `Posts` of `PostsRecord`, in a union with null and the like too. */
export function recordName(type: ts.Type): string | undefined {
	for (const part of type.isUnion() ? type.types : [type]) {
		const name = clientTypeName(part);
		if (name?.endsWith('Record') === true) return name.slice(0, -'Record'.length);
	}
	return undefined;
}

const typeArguments = (checker: ts.TypeChecker, type: ts.Type): readonly ts.Type[] =>
	checker.getTypeArguments(type as ts.TypeReference);

/** How the type is written in code, when it is a record, a list or a page of them. */
export function writtenType(checker: ts.TypeChecker, type: ts.Type): string | undefined {
	const record = recordName(type);
	if (record !== undefined) return `import('$data').${record}Record`;
	if (checker.isArrayType(type)) {
		const item = typeArguments(checker, type)[0];
		const written = item && writtenType(checker, item);
		return written === undefined ? undefined : `${written}[]`;
	}
	if (clientTypeName(type) === 'Page') {
		const item = typeArguments(checker, type)[0];
		const written = item && writtenType(checker, item);
		return written === undefined ? undefined : `import('$data').Page<${written}>`;
	}
	return undefined;
}

/** Carries a type, not only the lack of one. */
export const saysNothing = (checker: ts.TypeChecker, type: ts.Type): boolean => {
	if (
		type.flags &
		(ts.TypeFlags.Any | ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Never)
	)
		return true;
	if (!checker.isArrayType(type)) return false;
	const item = typeArguments(checker, type)[0];
	return item === undefined || saysNothing(checker, item);
};
