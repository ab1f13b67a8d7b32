interface Outside {
	readonly name: string;
	readonly path: string;
	readonly tool: 'write' | 'read' | 'delete' | 'edit' | 'rename';
	/** Of the refusal. */
	readonly code: string;
}
const at = (name: string, path: string, tool: Outside['tool'], code = 'path_invalid'): Outside => ({
	name,
	path,
	tool,
	code,
});

/** Text that repeats nothing. */
const linesOf = (chars: number): string =>
	Array.from(
		{ length: Math.ceil(chars / 24) },
		(_, n) => `${String(n * 7919).padStart(11)} aaaa banana`,
	)
		.join('\n')
		.slice(0, chars);

/** F20 on a real disk. */
export const realRows = {
	/** Paths that lead out of the app, or to what is no file of it. */
	outside: [
		at('above', '../outside.txt', 'write'),
		at('above, read', '../outside.txt', 'read'),
		at('above, deleted', '../outside.txt', 'delete'),
		at('above, as a new name', '../outside.txt', 'rename'),
		at('above by a detour', 'src/../../outside.txt', 'write'),
		at('from the root', '/etc/passwd', 'read'),
		at('from the root, written', '/tmp/breached.txt', 'write'),
		at('of Windows', 'C:\\breached.txt', 'write'),
		at('with backslashes', '..\\outside.txt', 'read'),
		at('encoded', '..%2foutside.txt', 'read'),
		at('with look-alikes', '․․/outside.txt', 'edit'),
		at('turned around', 'src/a\u202Etxt.exe', 'write'),
		at('with a zero byte', 'a\0.txt', 'write'),
		at('the history', '.git/config', 'write', 'path_reserved'),
		at('the environment', '.env', 'read', 'path_reserved'),
		at('packages', 'node_modules/a.js', 'write', 'path_reserved'),
		at('a device', 'con.txt', 'write', 'path_reserved'),
		at('a short name', 'GIT~1/config', 'write', 'path_reserved'),
		at('a long name', `${'a/'.repeat(120)}b`, 'write', 'path_too_long'),
		at('a link', 'link.txt', 'read', 'path_is_link'),
		at('a link, written', 'link.txt', 'write', 'path_is_link'),
		at('a link, edited', 'link.txt', 'edit', 'path_is_link'),
		at('a link, deleted', 'link.txt', 'delete', 'path_is_link'),
		at('through a link', 'folder/inner.txt', 'read', 'path_is_link'),
		at('through a link, written', 'folder/new.txt', 'write', 'path_is_link'),
		at('a file that is no text', 'binary.bin', 'read', 'file_not_text'),
		at('a file that is no text, written', 'binary.bin', 'write', 'file_not_text'),
		at('a folder in another case', 'SRC/new.txt', 'write', 'file_exists'),
	] satisfies readonly Outside[],
	/** Contents that are none; `ends` when the turn does not go on. */
	contents: [
		{
			name: 'ten megabytes',
			input: { path: 'big.txt', content: linesOf(10_000_000) },
			told: '',
			ends: 'runaway_output',
		},
		{
			name: 'more characters than a file has',
			input: { path: 'big.txt', content: linesOf(1_100_000) },
			told: 'does not fit',
			ends: 'done',
		},
		{
			name: 'more bytes than characters say',
			input: { path: 'big.txt', content: linesOf(900_000).replaceAll('a', 'ä') },
			// Too long for the model to be shown again: the conversation begins anew.
			told: 'begins anew',
			ends: 'done',
		},
		{
			name: 'zero bytes',
			input: { path: 'big.txt', content: 'a\0\u0001b' },
			told: 'file_not_text',
			ends: 'done',
		},
		{
			name: 'a placeholder',
			input: {
				path: 'big.svelte',
				content: '<h1>Hi</h1>\n<!-- rest of the file unchanged -->\n',
			},
			told: 'nothing was written',
			ends: 'done',
		},
	],
};
