/** What a person sees of the page: names, roles, visible text. */

const space = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

export function isVisible(element: Element): boolean {
	if (element.closest('[hidden], [inert]') !== null) return false;
	if (typeof element.checkVisibility !== 'function') return true;
	// `display: contents` has no box of its own and is there all the same.
	return (
		element.checkVisibility({ visibilityProperty: true }) ||
		(getComputedStyle(element).display === 'contents' &&
			(element.parentElement === null || isVisible(element.parentElement)))
	);
}

const inputRoles: Readonly<Record<string, string>> = {
	checkbox: 'checkbox',
	radio: 'radio',
	button: 'button',
	submit: 'button',
	reset: 'button',
	image: 'button',
	range: 'slider',
	number: 'spinbutton',
	search: 'searchbox',
};
const roles: Readonly<Record<string, string>> = {
	a: 'link',
	button: 'button',
	summary: 'button',
	textarea: 'textbox',
	select: 'combobox',
	option: 'option',
	img: 'img',
	h1: 'heading',
	h2: 'heading',
	h3: 'heading',
	h4: 'heading',
	h5: 'heading',
	h6: 'heading',
	li: 'listitem',
	dialog: 'dialog',
};

/** ARIA role as written or as the element has it by itself; empty for none. */
export function roleOf(element: Element): string {
	const written = element.getAttribute('role');
	if (written) return written;
	const tag = element.tagName.toLowerCase();
	if (element instanceof HTMLInputElement) return inputRoles[element.type] ?? 'textbox';
	if (tag === 'a' && !element.hasAttribute('href')) return '';
	return roles[tag] ?? '';
}

const textOf = (ids: string): string =>
	ids
		.split(/\s+/)
		.map((id) => document.getElementById(id)?.textContent ?? '')
		.join(' ');

export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
export const isField = (element: Element): element is Field =>
	element instanceof HTMLInputElement ||
	element instanceof HTMLTextAreaElement ||
	element instanceof HTMLSelectElement;

/** What a label says, without the choices of a select that stands in it. */
function labelText(node: Node): string {
	if (node instanceof Element && isField(node)) return '';
	if (node instanceof Text) return node.data;
	return [...node.childNodes].map(labelText).join(' ');
}

/** All names an element goes by; the first is the one that is shown. */
export function namesOf(element: Element): readonly string[] {
	const names = [
		element.getAttribute('aria-label') ?? '',
		textOf(element.getAttribute('aria-labelledby') ?? ''),
	];
	if (isField(element)) {
		for (const label of element.labels ?? []) names.push(labelText(label));
		names.push(element.getAttribute('placeholder') ?? '', element.name);
		if (element instanceof HTMLInputElement && roleOf(element) === 'button')
			names.push(element.value);
	} else {
		names.push(element.getAttribute('alt') ?? '', element.textContent);
	}
	names.push(element.getAttribute('title') ?? '');
	return names.map(space).filter((name) => name !== '');
}

export const nameOf = (element: Element): string => namesOf(element)[0] ?? '';

const controls = new Set([
	...['button', 'link', 'checkbox', 'radio', 'tab', 'switch', 'menuitem', 'option'],
	...['textbox', 'searchbox', 'combobox', 'slider', 'spinbutton', 'heading', 'img'],
]);

function valueOf(element: Element): string {
	if (element instanceof HTMLInputElement && ['checkbox', 'radio'].includes(element.type))
		return element.checked ? ' (checked)' : '';
	// What somebody typed into a password field is shown to nobody.
	if (element instanceof HTMLInputElement && element.type === 'password')
		return element.value === '' ? '' : ' = …';
	if (element instanceof HTMLSelectElement)
		return ` = ${space(element.selectedOptions[0]?.textContent ?? '')}`;
	if (isField(element) && roleOf(element) !== 'button') return ` = ${space(element.value)}`;
	return '';
}

/** One line for a control or heading: `[button] Add (disabled)`. */
function controlLine(element: Element, role: string): string {
	const off = element.matches(':disabled, [aria-disabled="true"]') ? ' (disabled)' : '';
	return `[${role}] ${nameOf(element).slice(0, 200)}${valueOf(element).slice(0, 200)}${off}`;
}

const skipped = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'HEAD']);

/**
 * What can be seen on the page, one thing a line, controls and headings with their role.
 * @param max characters; what does not fit is counted
 */
export function outline(max: number): string {
	const lines: string[] = [];
	let words = '';
	const flush = (): void => {
		const text = space(words);
		words = '';
		if (text !== '') lines.push(text);
	};
	const walk = (node: Node): void => {
		if (node instanceof Text) {
			words += node.data;
			return;
		}
		if (!(node instanceof Element) || skipped.has(node.tagName) || !isVisible(node)) return;
		const role = roleOf(node);
		if (controls.has(role)) {
			flush();
			lines.push(controlLine(node, role));
			return;
		}
		const isBlock = getComputedStyle(node).display !== 'inline';
		if (isBlock) flush();
		for (const child of node.childNodes) walk(child);
		if (isBlock) flush();
	};
	walk(document.body);
	flush();
	const text = lines.join('\n');
	return text.length <= max
		? text
		: `${text.slice(0, max)}\n[${String(text.length - max)} more characters]`;
}

/** Things that can be seen without a word. */
const shown = 'img, svg, canvas, video, audio, iframe, input, textarea, select, button, hr';

/** Nothing of the app can be seen. */
export function isBlank(): boolean {
	if (space(document.body.innerText) !== '') return false;
	return ![...document.body.querySelectorAll(shown)].some((element) => isVisible(element));
}
