import { describe, expect, it } from 'vitest';
import {
	countOf,
	describeCron,
	formatAgo,
	formatBytes,
	formatDuration,
	formatTokens,
	formatUsd,
	isCommand,
	shortcut,
} from '#lib/utils/index.ts';

describe('describeCron', () => {
	it.each([
		['* * * * *', 'Every minute'],
		['*/15 * * * *', 'Every 15 minutes'],
		['5 * * * *', 'Every hour, at minute 5'],
		['0 3 * * *', 'Every day at 03:00 UTC'],
		['@daily', 'Every day at 00:00 UTC'],
		['0 */6 * * *', 'Every 6 hours, at minute 0'],
		['30 2 * * 0', 'Every Sunday at 02:30 UTC'],
		['30 2 * * 7', 'Every Sunday at 02:30 UTC'],
		['0 9 * * 1-5', 'Monday to Friday at 09:00 UTC'],
		['0 0 1 * *', 'On day 1 of each month at 00:00 UTC'],
		['0 0 1 1 *', undefined],
		['0 0 1 * 1', undefined],
		['1,2 3 * * *', undefined],
		['0 3 * *', undefined],
		['', undefined],
	])('%j: %s', (expression, expected) => {
		expect(describeCron(expression)).toBe(expected);
	});
});

describe('formats', () => {
	it.each([
		[formatBytes(0), '0 bytes'],
		[formatBytes(999), '999 bytes'],
		[formatBytes(18_400_000), '18.4 MB'],
		[formatBytes(2_000), '2 kB'],
		[formatDuration(38.4), '38 ms'],
		[formatDuration(1240), '1.2 s'],
		[formatDuration(125_000), '2 min 5 s'],
		[formatTokens(999), '999'],
		[formatTokens(12_345), '12.3k'],
		[formatUsd(0.042), '$0.0420'],
		[formatUsd(0.00101), '$0.0010'],
		[countOf(1, 'row'), '1 row'],
		[countOf(0, 'row'), '0 rows'],
	])('%s is %s', (actual, expected) => {
		expect(actual).toBe(expected);
	});

	const now = Date.parse('2026-11-25T13:00:00Z');
	it.each([
		['2026-11-25 12:59:40.000Z', 'just now'],
		['2026-11-25T12:58:00Z', '2 min ago'],
		['2026-11-25T08:00:00Z', '5 h ago'],
		['2026-11-24T12:00:00Z', 'yesterday'],
		['2026-11-20T12:00:00Z', '5 days ago'],
		['2026-01-02T12:00:00Z', '2026-01-02'],
		['soon', ''],
	])('%s was %s', (text, expected) => {
		expect(formatAgo(text, now)).toBe(expected);
	});
});

describe('keys', () => {
	it('writes shortcuts as the platform does', () => {
		expect(shortcut('S', 'MacIntel')).toBe('⌘S');
		expect(shortcut('S', 'Linux x86_64')).toBe('Ctrl S');
	});
	it.each([
		[{ ctrlKey: true }, true],
		[{ metaKey: true }, true],
		[{ ctrlKey: true, shiftKey: true }, false],
		[{ ctrlKey: true, altKey: true }, false],
		[{}, false],
	])('%j with s: %s', (held, expected) => {
		const none = { metaKey: false, ctrlKey: false, altKey: false, shiftKey: false };
		expect(isCommand({ ...none, ...held, key: 'S' }, 's')).toBe(expected);
	});
});
