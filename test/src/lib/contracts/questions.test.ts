import { describe, expect, it } from 'vitest';
import {
	answerLines,
	answerProblem,
	clientId,
	questions,
	secretHost,
	secretName,
	type Question,
} from '../../../../src/lib/contracts/index.ts';

const asked: readonly Question[] = [
	{ id: 'look', title: 'Which look?', type: 'choice', options: ['light', 'dark'] },
	{ id: 'parts', title: 'Which parts?', type: 'several', options: ['list', 'form'] },
	{ id: 'name', title: 'What name?', type: 'text', max: 5 },
	{ id: 'free', title: 'Anything else?', type: 'text' },
	{ id: 'open', title: 'For everybody?', type: 'yes_no' },
	{ id: 'limit', title: 'How many?', type: 'number', min: 1, max: 9 },
];
const good = { look: 'dark', parts: [], name: 'Pins', free: 'no', open: true, limit: 9 };

describe('answers', () => {
	const cases: readonly [object, string | undefined][] = [
		[{}, undefined],
		[{ look: 'red' }, 'look: one of the options.'],
		[{ look: ['dark'] }, 'look: one of the options.'],
		[{ parts: ['list', 'form'] }, undefined],
		[{ parts: ['list', 'list'] }, 'parts: a list of the options.'],
		[{ parts: 'list' }, 'parts: a list of the options.'],
		[{ name: '' }, 'name: text of 1 to 5 characters.'],
		[{ name: '  ' }, 'name: text of 1 to 5 characters.'],
		[{ name: 'longer' }, 'name: text of 1 to 5 characters.'],
		[{ free: 'x'.repeat(2000) }, undefined],
		[{ free: 'x'.repeat(2001) }, 'free: text of 1 to 2000 characters.'],
		[{ open: 'true' }, 'open: true or false.'],
		[{ limit: '3' }, 'limit: a number.'],
		[{ limit: Number.NaN }, 'limit: a number.'],
		[{ limit: 0.5 }, 'limit: at least 1.'],
		[{ limit: 9.5 }, 'limit: at most 9.'],
		[{ other: 1 }, 'other: not asked.'],
	];
	it.each(cases)('%o', (change, problem) => {
		expect(answerProblem(asked, { ...good, ...change })).toBe(problem);
	});

	it('are told one line each, in the order of the questions', () => {
		expect(answerLines(asked, { ...good, name: ' Pins ' })).toEqual([
			'Which look? dark',
			'Which parts? none',
			'What name? Pins',
			'Anything else? no',
			'For everybody? yes',
			'How many? 9',
		]);
	});
});

describe('what is taken', () => {
	const yesNo = (id: string) => ({ id, title: 'Sure?', type: 'yes_no' });
	const cases: readonly [
		string,
		{ safeParse(value: unknown): { success: boolean } },
		unknown,
		boolean,
	][] = [
		['one question', questions, [yesNo('a')], true],
		['five', questions, ['a', 'b', 'c', 'd', 'e'].map(yesNo), true],
		['six', questions, ['a', 'b', 'c', 'd', 'e', 'f'].map(yesNo), false],
		['an id twice', questions, [yesNo('a'), yesNo('a')], false],
		['an id that is a word of objects', questions, [yesNo('__proto__')], false],
		['a member nobody knows', questions, [{ ...yesNo('a'), html: '<b>' }], false],
		['a secret name', secretName, 'STRIPE_KEY', true],
		['a lower case one', secretName, 'stripe', false],
		['one of 63', secretName, 'A'.repeat(63), true],
		['one of 64', secretName, 'A'.repeat(64), false],
		['a host', secretHost, 'api.stripe.com', true],
		['a host with a port', secretHost, 'localhost:8080', true],
		['an address', secretHost, '127.0.0.1', false],
		['an upper case host', secretHost, 'API.example', false],
		['a URL', secretHost, 'https://api.example', false],
		['any host', secretHost, '*', false],
		['a host that ends with a dot', secretHost, 'api.example.', false],
		['a client id', clientId, 'a-B_9', true],
		['an empty one', clientId, '', false],
	];
	it.each(cases)('%s', (_, schema, value, ok) => {
		expect(schema.safeParse(value).success).toBe(ok);
	});
});
