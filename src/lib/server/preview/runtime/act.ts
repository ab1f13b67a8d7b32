/** Does in the page what a person would do: finds things by what is written on them, clicks, types, waits. */
import type { PreviewAction } from '#lib/contracts/index.ts';
import { isField, isVisible, nameOf, namesOf, roleOf, type Field } from './visible.ts';

/** Milliseconds a text or control is waited for. */
const patienceMs = 5000;
const pollMs = 50;
const maxNames = 12;

interface Step {
	readonly ok: boolean;
	readonly text: string;
}
const done = (text: string): Step => ({ ok: true, text });
const failed = (text: string): Step => ({ ok: false, text });

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().toLowerCase();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const pressable =
	'button, a[href], input, select, textarea, summary, label, [role], [onclick], [tabindex]';

function candidates(role: string | undefined): readonly Element[] {
	const found = [...document.body.querySelectorAll(role === undefined ? pressable : '*')];
	return found.filter(
		(element) => (role === undefined || roleOf(element) === role) && isVisible(element),
	);
}

/** The best match: exactly this name before one that contains it. */
function byName(elements: readonly Element[], name: string): Element | undefined {
	const wanted = plain(name);
	const names = elements.map((element) => namesOf(element).map(plain));
	const at = [
		names.findIndex((all) => all.includes(wanted)),
		names.findIndex((all) => all.some((one) => one.includes(wanted))),
	].find((index) => index >= 0);
	return at === undefined ? undefined : elements[at];
}

/** Where nothing pressable has the name: the smallest thing that says it. */
function byText(name: string): Element | undefined {
	const wanted = plain(name);
	const all = [...document.body.querySelectorAll('*')].filter(
		(element) => isVisible(element) && plain(element.textContent).includes(wanted),
	);
	return all.at(-1);
}

async function until<T>(find: () => T | undefined, ms = patienceMs): Promise<T | undefined> {
	const end = performance.now() + ms;
	for (;;) {
		const found = find();
		if (found !== undefined || performance.now() > end) return found;
		await pause(pollMs);
	}
}

function namesThere(elements: readonly Element[]): string {
	const names = [...new Set(elements.map(nameOf).filter((name) => name !== ''))];
	if (names.length === 0) return 'There are none.';
	return `There are: ${names
		.slice(0, maxNames)
		.map((name) => `"${name.slice(0, 40)}"`)
		.join(', ')}.`;
}

function press(element: Element): void {
	element.scrollIntoView({ block: 'center' });
	const options = { bubbles: true, cancelable: true, composed: true, button: 0 };
	element.dispatchEvent(new PointerEvent('pointerdown', options));
	element.dispatchEvent(new MouseEvent('mousedown', options));
	if (element instanceof HTMLElement) element.focus({ preventScroll: true });
	element.dispatchEvent(new PointerEvent('pointerup', options));
	element.dispatchEvent(new MouseEvent('mouseup', options));
	if (element instanceof HTMLElement) element.click();
	else element.dispatchEvent(new MouseEvent('click', options));
}

async function click({ role, name }: Extract<PreviewAction, { type: 'click' }>): Promise<Step> {
	const find = (): Element | undefined =>
		byName(candidates(role), name) ?? (role === undefined ? byText(name) : undefined);
	const element = await until(find);
	const what = `${role ?? 'element'} "${name}"`;
	if (!element) {
		const kind = role === undefined ? ['button', 'link'] : [role];
		return failed(`There is no ${what}. ${namesThere(kind.flatMap((one) => candidates(one)))}`);
	}
	if (element.matches(':disabled')) return failed(`The ${what} is disabled.`);
	press(element);
	return done(
		`clicked ${roleOf(element) || element.tagName.toLowerCase()} "${nameOf(element).slice(0, 80)}"`,
	);
}

const fields = (): readonly Element[] =>
	[...document.body.querySelectorAll('input, textarea, select, [contenteditable]')].filter(
		(element) => isVisible(element) || element instanceof HTMLInputElement,
	);

/** Sets the value as the browser does, so that frameworks that watch the property see it. */
function setValue(field: Field, value: string): void {
	const prototype = Object.getPrototypeOf(field) as object;
	Reflect.set(prototype, 'value', value, field);
}

function choose(field: HTMLSelectElement, value: string): boolean {
	const options = [...field.options];
	const wanted = plain(value);
	const found =
		options.find((option) => option.value === value) ??
		options.find((option) => plain(option.textContent) === wanted);
	if (!found) return false;
	field.value = found.value;
	return true;
}

async function fill({ name, value }: Extract<PreviewAction, { type: 'fill' }>): Promise<Step> {
	const field = await until(() => byName(fields(), name));
	if (!field) return failed(`There is no field "${name}". ${namesThere(fields())}`);
	if (field.matches(':disabled')) return failed(`The field "${name}" is disabled.`);
	if (field instanceof HTMLElement) field.focus();
	const changed = { bubbles: true };
	if (field instanceof HTMLInputElement && ['checkbox', 'radio'].includes(field.type)) {
		const wanted = !['', 'false', 'off', 'no', '0'].includes(plain(value));
		if (field.checked !== wanted) press(field);
		return done(`${wanted ? 'checked' : 'unchecked'} "${name}"`);
	}
	if (field instanceof HTMLInputElement && field.type === 'file')
		return failed(`"${name}" takes a file; that cannot be filled in here.`);
	if (field instanceof HTMLSelectElement) {
		if (!choose(field, value))
			return failed(`"${name}" has no choice "${value}". ${namesThere([...field.options])}`);
	} else if (isField(field)) setValue(field, value);
	else field.textContent = value;
	field.dispatchEvent(new InputEvent('input', { ...changed, data: value }));
	field.dispatchEvent(new Event('change', changed));
	return done(`filled "${name}"`);
}

/** What a browser does by itself on a key, unless the page prevents it. */
function defaultOf(key: string, element: Element): void {
	if (key !== 'Enter' && key !== ' ') return;
	if (element.matches('button, a[href], summary')) press(element);
	else if (key === 'Enter' && element instanceof HTMLInputElement && element.form) {
		const button = element.form.querySelector<HTMLElement>(
			'button:not([type=button]):not([type=reset]), input[type=submit]',
		);
		if (button?.matches(':disabled') === true) return;
		if (button) button.click();
		else element.form.requestSubmit();
	}
}

async function pressKey({ key, name }: Extract<PreviewAction, { type: 'press' }>): Promise<Step> {
	const target =
		name === undefined
			? (document.activeElement ?? document.body)
			: await until(() => byName(fields(), name) ?? byName(candidates(undefined), name));
	if (!target) return failed(`There is no field "${name ?? ''}". ${namesThere(fields())}`);
	if (target instanceof HTMLElement && name !== undefined) target.focus();
	const options = { key, bubbles: true, cancelable: true, composed: true };
	const goesOn = target.dispatchEvent(new KeyboardEvent('keydown', options));
	if (goesOn) defaultOf(key, target);
	target.dispatchEvent(new KeyboardEvent('keyup', options));
	return done(`pressed ${key}`);
}

async function wait({ text, ms }: Extract<PreviewAction, { type: 'wait' }>): Promise<Step> {
	if (ms !== undefined) await pause(ms);
	if (text === undefined) return done(`waited ${String(ms ?? 0)} ms`);
	const wanted = plain(text);
	const found = await until(() => plain(document.body.innerText).includes(wanted) || undefined);
	return found === true ? done(`saw "${text}"`) : failed(`"${text}" did not appear.`);
}

function act(action: PreviewAction): Promise<Step> {
	switch (action.type) {
		case 'click':
			return click(action);
		case 'fill':
			return fill(action);
		case 'press':
			return pressKey(action);
		case 'wait':
			return wait(action);
	}
}

/**
 * Does the actions in order, up to the first that cannot be done.
 * @param settle waits until what an action set off is over
 */
export async function actAll(
	actions: readonly PreviewAction[],
	settle: () => Promise<void>,
): Promise<readonly Step[]> {
	const steps: Step[] = [];
	await settle();
	for (const action of actions) {
		const step = await act(action).catch((error: unknown) => failed(String(error)));
		steps.push({ ok: step.ok, text: step.text.slice(0, 600) });
		if (!step.ok) break;
		await settle();
	}
	return steps;
}
