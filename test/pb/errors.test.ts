import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../pb/core/errors.ts';
import { scanCodes } from './error-codes.ts';

const section =
	readFileSync('docs/errors.md', 'utf8').split('\n## The backend')[1]?.split('\n## ')[0] ?? '';
const rows = (pattern: RegExp): string[][] =>
	[...section.matchAll(pattern)].map((row) => row.slice(1).map((cell) => cell.trim()));
/** `code: message`, each once. */
const sorted = (pairs: Iterable<readonly [string, string]>): string[] =>
	[...new Set([...pairs].map(([code, message]) => `${code}: ${message}`))].sort();

describe('the codes of the backend', () => {
	const { emitted, stray } = scanCodes();
	const documented = rows(/^\| `([^`]+)`\s*\|(.*)\|$/gm) as [string, string][];

	it('are all found in the source', () => {
		expect(stray).toEqual([]);
		expect(emitted.map(({ code }) => code)).toEqual(
			expect.arrayContaining([
				'validation_required',
				'validation_not_unique',
				'batch_request_failed',
			]),
		);
	});

	it('stand in the document with their messages, and nothing else does', () => {
		expect(sorted(documented)).toEqual(
			sorted(emitted.map(({ code, message }) => [code, message] as const)),
		);
		expect(documented).toHaveLength(sorted(documented).length);
	});

	it('go with the default messages of statuses', () => {
		const statuses = rows(/^\|\s*(\d{3})\s*\|[^|]*\|(.*)\|$/gm);
		expect(statuses.map(([status]) => status)).toEqual([
			'400',
			'401',
			'403',
			'404',
			'413',
			'415',
			'429',
			'500',
			'501',
			'503',
		]);
		for (const [status = '', message] of statuses) {
			// These two have no default: where they are thrown, their message is.
			if (status === '415' || status === '501') continue;
			expect([status, new ApiError(Number(status), '').message]).toEqual([status, message]);
		}
	});
});
