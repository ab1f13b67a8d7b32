import { sortKeys } from '../canonical.ts';
import type { SchemaDigest } from '../ports.ts';

const maxRulesFile = 12_000;
const maxDesign = 4000;

/**
 * The part of the prompt about one app. It stays the same for a whole run: what changes meanwhile stands
 * in the messages.
 *
 * @param rulesFile text of AGENTS.md
 * @param appFile text of app.json, which may hold design tokens
 */
export function appPrompt(
	app: { readonly slug: string; readonly name: string },
	schema: SchemaDigest,
	rulesFile: string | undefined,
	appFile: string | undefined,
): string {
	const design = designTokens(appFile);
	return [
		`# This app\nName: ${app.name}\nSlug: ${app.slug}`,
		`# Its collections at the start of this run\n${
			schema.text.trim() === '' ? 'None besides users.' : schema.text.trim()
		}`,
		...(design === undefined ? [] : [`# Its design tokens (app.json)\n${design}`]),
		...(rulesFile === undefined || rulesFile.trim() === ''
			? []
			: [`# AGENTS.md of this app\n${rulesFile.trim().slice(0, maxRulesFile)}`]),
	].join('\n\n');
}

/** `design` of app.json, with sorted keys: the same tokens are the same bytes. */
function designTokens(appFile: string | undefined): string | undefined {
	if (appFile === undefined) return undefined;
	let parsed: unknown;
	try {
		parsed = JSON.parse(appFile);
	} catch {
		return undefined;
	}
	if (typeof parsed !== 'object' || parsed === null || !('design' in parsed)) return undefined;
	return JSON.stringify(sortKeys(parsed.design)).slice(0, maxDesign);
}
