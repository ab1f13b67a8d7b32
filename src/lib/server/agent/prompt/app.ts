import type { SchemaDigest } from '../ports.ts';

const maxRulesFile = 12_000;

/**
 * The part of the prompt about one app. It stays the same for a whole run: what changes meanwhile stands
 * in the tool results.
 *
 * @param rulesFile text of AGENTS.md
 */
export function appPrompt(
	app: { readonly slug: string; readonly name: string },
	schema: SchemaDigest,
	rulesFile: string | undefined,
): string {
	const rules =
		rulesFile === undefined || rulesFile.trim() === ''
			? ''
			: `\n\n# AGENTS.md of this app\n${rulesFile.trim().slice(0, maxRulesFile)}`;
	return `# This app\nName: ${app.name}\nSlug: ${app.slug}\n\n# Its collections at the start of this run\n${
		schema.text.trim() === '' ? 'None besides users.' : schema.text.trim()
	}${rules}`;
}
