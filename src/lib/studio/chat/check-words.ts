import type { CheckResult } from '#lib/contracts/index.ts';

/** What each check looks at, in words. */
export const checkNames: Readonly<Record<CheckResult['name'], string>> = {
	compile: 'Compile',
	types: 'Types',
	schema: 'Tables',
	rules: 'Rules',
	boot: 'Starts',
	usage: 'Usage',
};

/** A check that was not run is no pass: it says so. */
export const outcomeWords: Readonly<Record<CheckResult['outcome'], string>> = {
	pass: 'passed',
	fail: 'failed',
	not_run: 'not run',
};
export const outcomeSigns: Readonly<Record<CheckResult['outcome'], string>> = {
	pass: '✓',
	fail: '✕',
	not_run: '–',
};
