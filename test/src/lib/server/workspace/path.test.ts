import { describe, expect, it } from 'vitest';
import { TinykitError } from '#lib/contracts/index.ts';
import { parseWorkspacePath } from '#lib/server/workspace/index.ts';
import { allowedPaths, refusedPaths } from './paths.ts';

function codeOf(raw: unknown): string {
	try {
		parseWorkspacePath(raw);
		return 'accepted';
	} catch (error) {
		return error instanceof TinykitError ? error.code : String(error);
	}
}

describe('parseWorkspacePath', () => {
	it.each(allowedPaths)('accepts %j', (path) => {
		expect(parseWorkspacePath(path)).toBe(path);
	});

	it.each(refusedPaths)('refuses %j with %s', (path, code) => {
		expect(codeOf(path)).toBe(code);
	});

	it.each([undefined, null, 1, true, {}, [], ['src/App.svelte'], new String('src/App.svelte')])(
		'refuses %j, which is no text',
		(raw) => {
			expect(codeOf(raw)).toBe('path_invalid');
		},
	);

	it('says what is wrong, and repeats at most 300 characters of what it was given', () => {
		try {
			parseWorkspacePath('../'.repeat(1000));
			expect.unreachable();
		} catch (error) {
			expect(error).toBeInstanceOf(TinykitError);
			const { message, details } = error as TinykitError;
			expect(message).toBe('A path has at most 200 characters.');
			expect(String(details['path']).length).toBe(300);
		}
	});
});
