const dynamic: readonly (readonly [RegExp, string])[] = [
	// Dates and times, with or without each other.
	[
		/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g,
		'<time>',
	],
	[/\b\d{1,2}:\d{2}:\d{2}(?:\.\d+)?\b/g, '<time>'],
	[/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
	// Hashes, and ids of records: 15 small letters and digits, one digit at least.
	[/\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/gi, '<id>'],
	[/\b(?=[a-z]*\d)[a-z0-9]{15}\b/g, '<id>'],
	[/\d+(?:[.,:]\d+)*/g, '#'],
];

/**
 * What a text says without what differs each time: numbers, places, ids, times. Two failures with the same
 * signature are the same failure.
 *
 * @example signature('src/App.svelte:12:5 took 38 ms') // 'src/App.svelte:# took # ms'
 */
export const signature = (text: string): string =>
	dynamic.reduce((rest, [pattern, name]) => rest.replaceAll(pattern, name), text).trim();
