import type { FilterAst, OperandAst } from '../../../pb/filter/ast.ts';

/** Writes a tree as the text it could have come from; tests only. */
export function printFilter(ast: FilterAst): string {
	switch (ast.kind) {
		case 'comparison':
			return `${printOperand(ast.left)} ${ast.any ? '?' : ''}${ast.sign} ${printOperand(ast.right)}`;
		case 'and':
			return ast.items
				.map((item) => (item.kind === 'comparison' ? printFilter(item) : `(${printFilter(item)})`))
				.join(' && ');
		case 'or':
			return ast.items
				.map((item) => (item.kind === 'or' ? `(${printFilter(item)})` : printFilter(item)))
				.join(' || ');
	}
}

function printOperand(operand: OperandAst): string {
	switch (operand.kind) {
		case 'identifier':
			return operand.name;
		case 'number':
			return operand.literal;
		case 'text':
			return `'${operand.value.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
		case 'call':
			return `${operand.name}(${operand.args.map(printOperand).join(', ')})`;
	}
}
