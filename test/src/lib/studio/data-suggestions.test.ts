import { describe, expect, it } from 'vitest';
import { dataSuggestions } from '#lib/studio/code/data-suggestions.ts';

const outline = [
	{
		name: 'notes',
		fields: [
			{ name: 'id', type: 'string' },
			{ name: 'text', type: 'string' },
			{ name: 'likes', type: 'number' },
		],
	},
	{ name: 'people', fields: [{ name: 'id', type: 'string' }] },
];
const fields = ['id', 'text', 'likes'];
const methods = ['list', 'one', 'create', 'update', 'delete', 'subscribe'];

const cases: readonly [before: string, labels: readonly string[]][] = [
	['await data.', ['notes', 'people']],
	['await data.no', ['notes', 'people']],
	['await data.notes.', methods],
	['await data.notes.cr', methods],
	['await data.notes.create({ ', fields],
	['await data.notes.create({ text: x, li', fields],
	['await data.notes.update(note.id, {\n\t', fields],
	["data.notes.list({ filter: '", fields],
	["data.notes.list({ filter: 'likes > 3 && te", fields],
	['data.notes.list({ sort: "-', fields],
	['data.notes.list({ fields: `id,', fields],
	['data.people.list({ filter: "', ['id']],
	['data.nothing.list({ filter: "', []],
	['auth.', ['user', 'signUp', 'signIn', 'signOut']],
	['if (auth.us', ['user', 'signUp', 'signIn', 'signOut']],
	// What only looks like it.
	['metadata.', []],
	['const x = ', []],
	["data.notes.list({ filter: 'a' });\nfoo({ ", []],
	["data.notes.list({ filter: 'a', ", []],
	['data.notes.create(', []],
	['data.notes.list({ page: ', []],
	['', []],
];

describe('what the editor offers', () => {
	it.each(cases)('%j', (before, labels) => {
		expect(dataSuggestions(before, outline).map(({ label }) => label)).toEqual(labels);
	});
});
