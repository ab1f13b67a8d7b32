import { expect, it } from 'vitest';
import { nameFrom } from '../../../../../src/lib/server/api/apps.ts';
import { slugCandidates } from '../../../../../src/lib/server/apps.ts';

it.each([
	['A guestbook for our cabin', 'Guestbook'],
	['Please make a to-do list for each of us', 'To-do list'],
	['Poll with live results', 'Poll'],
	['I want to build an app', 'New app'],
	['', 'New app'],
	[undefined, 'New app'],
	['Ein Gästebuch für die Hütte', 'Ein Gästebuch für die'],
	['notes.', 'Notes'],
	['x'.repeat(100), 'X' + 'x'.repeat(39)],
])('%j is called %j', (prompt, name) => {
	expect(nameFrom(prompt)).toBe(name);
});

it.each([
	['Guestbook', ['guestbook', 'guestbook-2', 'guestbook-3']],
	['To-do list', ['to-do-list', 'to-do-list-2', 'to-do-list-3']],
	[
		'Gästebuch der Hütte',
		['gastebuch-der-hutte', 'gastebuch-der-hutte-2', 'gastebuch-der-hutte-3'],
	],
	['2048', ['app', 'app-2', 'app-3']],
	['東京', ['app', 'app-2', 'app-3']],
	// Reserved names are skipped, and no slug has two hyphens in a row.
	['API', ['api-2', 'api-3', 'api-4']],
	['a -- b', ['a-b', 'a-b-2', 'a-b-3']],
	['a'.repeat(60), ['a'.repeat(34), `${'a'.repeat(34)}-2`, `${'a'.repeat(34)}-3`]],
])('%j becomes %j', (name, slugs) => {
	const some: string[] = [];
	for (const slug of slugCandidates(name)) if (some.push(slug) === 3) break;
	expect(some).toEqual(slugs);
});
