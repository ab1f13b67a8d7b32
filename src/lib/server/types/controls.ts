import type { AST } from 'svelte/compiler';
import type { Use } from './protocol.ts';
import type { VirtualFile } from './virtual.ts';

type Element = AST.RegularElement;
type Attribute = Element['attributes'][number];

/** Attributes that make a button do something without a handler of its own. */
const working = new Set([
	'popovertarget',
	'commandfor',
	'form',
	'formaction',
	'disabled',
	'inert',
	'data-action',
	'id',
]);
/** Around a button these give it a meaning. */
const holders = new Set(['form', 'label', 'summary', 'a']);

const isHandler = (name: string): boolean => /^on[a-z]/.test(name);

/** `() => {}`: a handler that does nothing. */
function isEmptyHandler(attribute: AST.Attribute): boolean {
	const { value } = attribute;
	const tag = Array.isArray(value) ? value[0] : value;
	if (typeof tag !== 'object' || tag.type !== 'ExpressionTag') return false;
	const { expression } = tag;
	if (expression.type !== 'ArrowFunctionExpression' && expression.type !== 'FunctionExpression')
		return false;
	return expression.body.type === 'BlockStatement' && expression.body.body.length === 0;
}

/** Whether anything could happen: spreads, bindings, actions and attachments are not looked into. */
function isHandled(attribute: Attribute): boolean {
	if (attribute.type === 'Attribute')
		return isHandler(attribute.name) && !isEmptyHandler(attribute);
	return attribute.type !== 'ClassDirective' && attribute.type !== 'StyleDirective';
}

const isWorking = (attribute: Attribute): boolean =>
	isHandled(attribute) || (attribute.type === 'Attribute' && working.has(attribute.name));

/** Buttons of a component that do nothing when they are pressed. */
export function deadControls(file: VirtualFile, source: string): readonly Use[] {
	const { tree, path } = file;
	if (!tree) return [];
	const found: Use[] = [];
	const visit = (node: unknown, isHeld: boolean): void => {
		if (typeof node !== 'object' || node === null) return;
		if (Array.isArray(node)) {
			for (const item of node) visit(item, isHeld);
			return;
		}
		let held = isHeld;
		if ('type' in node && node.type === 'RegularElement') {
			const element = node as Element;
			if (element.name === 'button' && !isHeld && !element.attributes.some(isWorking)) {
				const before = source.slice(0, element.start).split('\n');
				found.push({
					path,
					line: before.length,
					column: (before.at(-1)?.length ?? 0) + 1,
					kind: 'dead_control',
					message: 'This button does nothing: it has no handler and stands in no form.',
				});
			}
			held = isHeld || holders.has(element.name) || element.attributes.some(isHandled);
		}
		// What stands in a component may stand in a form.
		if ('type' in node && node.type === 'Component') held = true;
		for (const [key, child] of Object.entries(node))
			if (key !== 'parent' && key !== 'metadata') visit(child, held);
	};
	visit(tree.fragment, false);
	return found;
}
