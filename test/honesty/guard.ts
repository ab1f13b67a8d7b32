/** One guard, how it is switched off, and the test that has to notice. */
export interface Guard {
	readonly name: string;
	readonly file: string;
	/** Occurs exactly once in the file. */
	readonly search: string;
	readonly replace: string;
	readonly project: 'unit' | 'integration';
	/** The test file that goes red. */
	readonly test: string;
	/** Only the tests of it whose name fits; all when absent. */
	readonly only?: string;
}

/** @param only part of the names of the tests that count */
export const unit = (
	name: string,
	file: string,
	search: string,
	replace: string,
	test: string,
	only?: string,
): Guard => ({
	name,
	file,
	search,
	replace,
	project: 'unit',
	test,
	...(only !== undefined && { only }),
});
export const integration = (...args: Parameters<typeof unit>): Guard => ({
	...unit(...args),
	project: 'integration',
});
