import { describe, expect, it } from 'vitest';
import { compareRules, whoMay } from '../../../../../src/lib/server/schema/words.ts';

describe('whoMay', () => {
	it.each([
		[null, 'Nobody but members of this builder may add entries.'],
		['', 'Anyone, also without signing in, may add entries.'],
		['  ', 'Anyone, also without signing in, may add entries.'],
		["@request.auth.id != ''", 'Signed-in people may add entries.'],
		['@request.auth.id != ""', 'Signed-in people may add entries.'],
		[
			"@request.auth.id != '' && owner = @request.auth.id",
			'Signed-in people may add entries only where "owner" is themselves.',
		],
		[
			"@request.auth.id = owner && @request.auth.id != ''",
			'Signed-in people may add entries only where "owner" is themselves.',
		],
		[
			// Without a login an empty owner is equal to nobody's id.
			'owner = @request.auth.id',
			'People may add entries only where "owner" is themselves, and anyone where it is empty.',
		],
		['id = @request.auth.id', 'People may add entries only where it is their own account.'],
		// No guessing: an OR or a bracket shows the rule itself.
		[
			"@request.auth.id != '' || public = true",
			"Who meets @request.auth.id != '' || public = true may add entries.",
		],
		['(owner = @request.auth.id)', 'Who meets (owner = @request.auth.id) may add entries.'],
	])('%s', (rule, words) => {
		expect(whoMay('createRule', rule, 'entries')).toBe(words);
	});
});

describe('compareRules', () => {
	it.each([
		[null, null, 'same'],
		['a = 1', ' a = 1 ', 'same'],
		['a = 1', null, 'tighter'],
		['', null, 'tighter'],
		['', 'a = 1', 'tighter'],
		['a = 1', 'a = 1 && b = 2', 'tighter'],
		['a = 1', '(a = 1) && b = 2', 'tighter'],
		[null, '', 'wider'],
		[null, 'a = 1', 'wider'],
		['a = 1', '', 'wider'],
		['a = 1', 'b = 1', 'wider'],
		['a = 1 && b = 2', 'a = 1', 'wider'],
		// An OR behind the added part opens what the AND closed.
		['a = 1', 'a = 1 && b = 2 || c = 3', 'wider'],
		['a = 1 || b = 2', 'a = 1 || b = 2 && c = 3', 'wider'],
		['a = 1', 'a = 1 && b = "x || y"', 'wider'],
	])('%s -> %s is %s', (before, after, change) => {
		expect(compareRules(before, after)).toBe(change);
	});
});
