import { parseFilter, type FilterAst } from '../../filter/index.ts';
import { LruCache } from '../../lib/index.ts';

/** Rules are few and asked for on every request; longer texts are parsed each time rather than kept. */
const MAX_TEXT = 4096;
/** Characters of all texts that are kept. */
const CHARACTERS = 100_000;
const parsed = new LruCache<string, FilterAst>(CHARACTERS, ({ length }) => length);

/** `parseFilter`, remembering the last texts. A tree is read-only, so that all may share it. */
export function parseCached(text: string): FilterAst {
	let ast = parsed.get(text);
	if (!ast) {
		ast = parseFilter(text);
		if (text.length <= MAX_TEXT) parsed.set(text, ast);
	}
	return ast;
}
