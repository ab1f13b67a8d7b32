import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { guards } from '../honesty/guards.ts';

const root = resolve(import.meta.dirname, '../..');

// `npm run honesty` takes minutes and runs now and then: that it still finds what it switches off is seen each time.
it.each(guards)('$name: its line stands once in its file, and its test is there', (guard) => {
	const text = readFileSync(resolve(root, guard.file), 'utf8');
	expect(text.split(guard.search).length - 1).toBe(1);
	expect(existsSync(resolve(root, guard.test))).toBe(true);
});
