import { describe, expect, it } from 'vitest';
import { checkRule } from '../../../../pb/core/rules/index.ts';
import { blog } from './blog.ts';
import { NOW } from './fixture.ts';

const world = blog();
const check = (rule: string): string | undefined =>
	checkRule(world.catalog, world.find('posts'), rule, NOW);

describe('checkRule', () => {
	it.each([
		[''],
		["@request.auth.id != '' && author = @request.auth.id"],
		["secret = 1 && closed_via_post.name ?= 'x'"],
		['@request.auth.anything.at.all = 1'],
		['@request.body.anything.at.all = 1'],
		['@request.body.author.name = 1'],
		['@request.body.title:changed = true'],
		['@request.headers.x:isset = false'],
		['@collection.users:me.name ?= title'],
		["// a comment\n title = 'x' // another"],
	])('%j is right', (rule) => {
		expect(check(rule)).toBeUndefined();
	});

	it.each([
		['nope = 1', 'invalid left operand "nope" - unknown field "nope"'],
		['1 = nope', 'invalid right operand "nope" - unknown field "nope"'],
		['title.x = 1', 'invalid left operand "title.x" - field "title" is not a valid relation'],
		['author.nope = 1', 'invalid left operand "author.nope" - unknown field "nope"'],
		[
			'@collection.nope.name = 1',
			'invalid left operand "@collection.nope.name" - failed to load collection "nope" from field path "@collection.nope.name"',
		],
		[
			'@request.body.title:each = 1',
			`invalid left operand "@request.body.title:each" - field "title" doesn't support multivalue operations`,
		],
		[
			'@request.nope = 1',
			'invalid left operand "@request.nope" - failed to resolve field "@request.nope"',
		],
		['title:foo = 1', 'invalid left operand "title:foo" - unknown modifier in "title:foo"'],
		[
			'@request.query.x:each = 1',
			'invalid left operand "@request.query.x:each" - invalid modifier sequence x:each',
		],
		['title', 'invalid or incomplete filter expression'],
		['title =', 'invalid or incomplete filter expression'],
		[
			'geoDistance(1) = 1',
			'invalid left operand "geoDistance" - [geoDistance] expected 4 arguments, got 1',
		],
		['nope() = 1', 'invalid left operand "nope" - unknown function "nope"'],
	])('%j: %s', (rule, problem) => {
		expect(check(rule)).toBe(problem);
	});
});
