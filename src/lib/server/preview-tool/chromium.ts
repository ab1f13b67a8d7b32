import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** What the operator says about a browser for checks without a studio. */
export interface ChromiumSettings {
	/** `TINYKIT_CHROMIUM`: path of the program, `off` for none; undefined: look for one. */
	readonly path: string | undefined;
	/** `PATH`. */
	readonly searchPath: string;
	/** `TINYKIT_CHROMIUM_SANDBOX`: off lets it run as root, which chromium refuses with a sandbox. */
	readonly sandbox: boolean;
}

export type FoundChromium =
	| { readonly kind: 'found'; readonly path: string; readonly sandbox: boolean }
	| { readonly kind: 'none'; readonly why: string };

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const none = (why: string): FoundChromium => ({ kind: 'none', why });

function isProgram(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}

/**
 * The chromium of this machine, or why there is none to use.
 * @param isRoot whether this process is root: chromium's sandbox does not work then
 */
export function findChromium(settings: ChromiumSettings, isRoot: boolean): FoundChromium {
	if (settings.path === 'off') return none('TINYKIT_CHROMIUM is off.');
	const path =
		settings.path ??
		settings.searchPath
			.split(delimiter)
			.filter(isAbsolute)
			.flatMap((folder) => names.map((name) => join(folder, name)))
			.find(isProgram);
	if (path === undefined)
		return none('No chromium was found on PATH, and TINYKIT_CHROMIUM names none.');
	if (!isProgram(path)) return none('TINYKIT_CHROMIUM names no program.');
	if (settings.sandbox && isRoot)
		return none(
			'Chromium has no sandbox under root; run the server as another user, or set TINYKIT_CHROMIUM_SANDBOX=off.',
		);
	return { kind: 'found', path, sandbox: settings.sandbox };
}
