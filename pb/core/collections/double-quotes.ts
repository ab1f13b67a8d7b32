import { StoreError } from '../../store/index.ts';

/*
 * PocketBase's SQLite takes a double-quoted word that names no column for a text (`WHERE email != ""`); ours is built
 * without that misfeature. Statements of superusers that rely on it are written with single quotes instead, which
 * both understand.
 */

const complaint =
	/no such column: "([\s\S]*)" - should this be a string literal in single-quotes\?/;
const tokens =
	/'(?:[^']|'')*'|`(?:[^`]|``)*`|\[[^\]]*\]|"((?:[^"]|"")*)"|--[^\n]*|\/\*[\s\S]*?\*\//g;
const maxTexts = 100;

/** The statement with the word SQLite complains about as a text; undefined when it complains about something else. */
function withText(statement: string, error: unknown): string | undefined {
	const word = error instanceof StoreError ? complaint.exec(error.message)?.[1] : undefined;
	if (word === undefined) return undefined;
	const fixed = statement.replace(tokens, (token, quoted: string | undefined) =>
		quoted?.replaceAll('""', '"') === word ? `'${word.replaceAll("'", "''")}'` : token,
	);
	return fixed === statement ? undefined : fixed;
}

/**
 * Runs a statement, and again with double-quoted texts written as texts for as long as SQLite asks for that.
 * @param run Fails without a trace when the statement is refused.
 * @returns The statement that ran.
 */
export async function withTexts(
	statement: string,
	run: (statement: string) => Promise<unknown>,
): Promise<string> {
	let current = statement;
	for (let i = 0; ; i++) {
		try {
			await run(current);
			return current;
		} catch (error) {
			const fixed = i < maxTexts ? withText(current, error) : undefined;
			if (fixed === undefined) throw error;
			current = fixed;
		}
	}
}
