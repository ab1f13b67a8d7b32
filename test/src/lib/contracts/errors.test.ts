import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorCatalogue, isErrorCode, TinykitError } from '../../../../src/lib/contracts/index.ts';

/** Rows of the builder's table in docs/errors.md: code -> [status, message]. */
function documented(): Map<string, [number, string]> {
	const text =
		readFileSync('docs/errors.md', 'utf8').split('## The builder')[1]?.split('\n## ')[0] ?? '';
	const rows = [...text.matchAll(/^\| `(\w+)`\s*\| (\d+)\s*\| (.*?)\s*\|$/gm)];
	return new Map(
		rows.map(([, code = '', status = '', message = '']) => [code, [Number(status), message]]),
	);
}

it('every code is documented with its status and message, and every documented code exists', () => {
	expect(Object.fromEntries(documented())).toEqual(errorCatalogue);
});

it('an error shows its catalogue sentence and keeps its cause', () => {
	const cause = new Error('/secret/path');
	const error = new TinykitError('file_changed', { cause, details: { hash: 'abc' } });
	expect(error).toMatchObject({
		code: 'file_changed',
		status: 412,
		details: { hash: 'abc' },
		cause,
	});
	expect(error.message).toBe('The file has changed since it was read.');
	expect(isErrorCode('file_changed')).toBe(true);
	expect(isErrorCode('constructor')).toBe(false);
});
