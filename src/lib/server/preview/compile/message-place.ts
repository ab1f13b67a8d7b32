import type { Message } from 'esbuild';
import type { Place } from './frame.ts';

/** Where esbuild's message points; it counts columns in bytes from 0. */
export function placeOfMessage({ location }: Message): Place | undefined {
	if (!location) return undefined;
	const before = Buffer.from(location.lineText).subarray(0, location.column).toString('utf8');
	return { line: location.line, column: before.length + 1 };
}
