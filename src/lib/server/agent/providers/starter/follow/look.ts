import type { AppView, SourceFile } from './app-view.ts';
import { callsFor, decline, type Change, type Declined } from './change.ts';
import { accentsOf } from './colours.ts';
import type { Intent } from './intent.ts';

const one = (
	app: AppView,
	pattern: RegExp,
): { readonly file: SourceFile; readonly found: RegExpExecArray } | undefined => {
	const all = app.files.flatMap((file) => {
		const found = pattern.exec(file.text);
		return found ? [{ file, found }] : [];
	});
	return all.length === 1 ? all[0] : undefined;
};

/** A new accent: a pair of colours that can be read, in place of the one the style sheet has. */
export function changeColour(
	app: AppView,
	{ name, hex }: Extract<Intent, { kind: 'colour' }>,
): Change | Declined {
	const place = one(
		app,
		/(?<=--(?:accent|primary|color-primary|color-accent):\s*)(?:light-dark\([^;]*\)|#[0-9a-fA-F]{3,8})(?=\s*;)/,
	);
	if (!place) return decline('I do not find the one place where its accent colour is set');
	const { light, dark } = accentsOf(hex);
	const isPair = place.found[0].startsWith('light-dark');
	const splice = {
		start: place.found.index,
		end: place.found.index + place.found[0].length,
		text: isPair ? `light-dark(${light}, ${dark})` : light,
	};
	return {
		...callsFor(app, new Map([[place.file.path, [splice]]])),
		summary: [
			`The accent colour is ${name} now: ${isPair ? `${light} by day, ${dark} in the dark` : light}, made readable where it had to be`,
		],
	};
}

const themes = {
	light: 'Always light now, whatever the device prefers',
	dark: 'Always dark now, whatever the device prefers',
	'light dark': 'Light or dark as the device prefers',
} as const;

export function changeTheme(
	app: AppView,
	{ theme }: Extract<Intent, { kind: 'theme' }>,
): Change | Declined {
	const place = one(app, /(?<=color-scheme:\s*)(?:light dark|dark light|light|dark)(?=\s*;)/);
	if (!place) return decline('I do not find the one place where it says light or dark');
	if (place.found[0] === theme) return decline('it is like that already');
	const { index } = place.found;
	const splice = { start: index, end: index + place.found[0].length, text: theme };
	return {
		...callsFor(app, new Map([[place.file.path, [splice]]])),
		summary: [themes[theme]],
	};
}
