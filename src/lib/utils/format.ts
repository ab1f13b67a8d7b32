/** Sizes, times and counts in the words people read. Pure; the clock is an argument. */

const sizeUnits = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/**
 * @param bytes 0 or more
 * @example formatBytes(18_400_000) // '18.4 MB'
 */
export function formatBytes(bytes: number): string {
	let value = Math.max(0, bytes);
	let unit = 0;
	while (value >= 1000 && unit < sizeUnits.length - 1) {
		value /= 1000;
		unit += 1;
	}
	const text = unit === 0 || value >= 100 ? Math.round(value).toString() : value.toFixed(1);
	return `${text.replace(/\.0$/, '')} ${sizeUnits[unit] ?? 'bytes'}`;
}

/**
 * @param ms a duration in milliseconds
 * @example formatDuration(1240) // '1.2 s'
 */
export function formatDuration(ms: number): string {
	if (ms < 1000) return `${Math.round(ms)} ms`;
	if (ms < 60_000) return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')} s`;
	const minutes = Math.floor(ms / 60_000);
	return `${minutes} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** Both ISO 8601 and PocketBase's `2026-11-25 13:00:00.000Z`; NaN when it is neither. */
export function parseTime(text: string): number {
	return Date.parse(text.includes('T') ? text : text.replace(' ', 'T'));
}

/**
 * How long ago, in words.
 * @param text a time on the wire
 * @param now milliseconds since 1970
 * @example formatAgo('2026-11-25T13:00:00Z', Date.parse('2026-11-25T13:02:00Z')) // '2 min ago'
 */
export function formatAgo(text: string, now: number): string {
	const then = parseTime(text);
	if (Number.isNaN(then)) return '';
	const seconds = Math.round((now - then) / 1000);
	if (seconds < 45) return 'just now';
	const minutes = Math.round(seconds / 60);
	if (minutes < 60) return `${minutes} min ago`;
	const hours = Math.round(minutes / 60);
	if (hours < 24) return `${hours} h ago`;
	const days = Math.round(hours / 24);
	if (days === 1) return 'yesterday';
	if (days < 30) return `${days} days ago`;
	return new Date(then).toISOString().slice(0, 10);
}

/** @example countOf(2, 'file') // '2 files' */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
	return `${count} ${count === 1 ? noun : plural}`;
}

/** @example formatTokens(12_345) // '12.3k' */
export function formatTokens(count: number): string {
	return count < 1000 ? count.toString() : `${(count / 1000).toFixed(1).replace(/\.0$/, '')}k`;
}

/** Four decimals: a call costs parts of a cent. @example formatUsd(0.0423) // '$0.0423' */
export function formatUsd(usd: number): string {
	return `$${usd.toFixed(4)}`;
}

/**
 * A number with its noun.
 * @example count(1, 'entry', 'entries') // '1 entry'
 */
export const count = (n: number, noun: string, plural = `${noun}s`): string =>
	`${String(n)} ${n === 1 ? noun : plural}`;
