import { describe, expect, it } from 'vitest';
import { languageOf, treeOf } from '#lib/studio/code/file-tree.ts';

const entry = (path: string) => ({ path, size: 1, hash: 'h' });

describe('treeOf', () => {
	it('puts files before folders and each in order', () => {
		const lines = treeOf(
			['src/lib/a.ts', 'src/App.svelte', 'app.json', 'src/b/c/d.ts', 'src/app.css'].map(entry),
		);
		expect(lines.map((line) => `${String(line.depth)} ${line.kind} ${line.name}`)).toEqual([
			'0 file app.json',
			'0 folder src',
			'1 file app.css',
			'1 file App.svelte',
			'1 folder b',
			'2 folder c',
			'3 file d.ts',
			'1 folder lib',
			'2 file a.ts',
		]);
		expect(lines.at(-1)?.path).toBe('src/lib/a.ts');
	});

	it('is empty without files', () => {
		expect(treeOf([])).toEqual([]);
	});
});

describe('languageOf', () => {
	it.each([
		['src/App.svelte', 'svelte'],
		['a.TS', 'typescript'],
		['app.json', 'json'],
		['README.md', 'markdown'],
		['LICENSE', 'plaintext'],
		['a.unknown', 'plaintext'],
	])('%s is %s', (path, expected) => {
		expect(languageOf(path)).toBe(expected);
	});
});
