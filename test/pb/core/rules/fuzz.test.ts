import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RuleError } from '../../../../pb/core/rules/index.ts';
import { blog } from './blog.ts';
import { ANYONE } from './fixture.ts';

const world = blog();
const request = {
	...ANYONE,
	auth: world.auth('users', 'u1'),
	body: { title: 'x', tags: ['t1'], author: 'u2', data: { __proto__: null, a: [1] } },
};

/** Compiles and runs; anything but a `RuleError` goes on. */
function outcome(query: { rules?: string[]; filter?: string; sort?: string }): 'rows' | 'refused' {
	try {
		world.ids({ collection: world.find('posts'), request, rules: [], ...query });
		return 'rows';
	} catch (error) {
		if (error instanceof RuleError) return 'refused';
		throw error;
	}
}

const names = [
	...[
		'id',
		'title',
		'n',
		'ok',
		'day',
		'data',
		'kinds',
		'tags',
		'author',
		'parent',
		'place',
		'secret',
	],
	...['title:lower', 'kinds:each', 'kinds:length', 'tags:each', 'data.a.0', 'data.k', 'place.lon'],
	...[
		'author.name',
		'author.org.name',
		'author.orgs.name',
		'tags.name',
		'tags.weight',
		'parent.tags.name',
	],
	...[
		'comments_via_post.text',
		'comments_via_post.by.name',
		'votes_via_post.stars',
		'lists_via_posts.name',
	],
	...[
		'metas_via_post.label',
		'posts_via_parent.title',
		'drafts_via_post.name',
		'closed_via_post.name',
	],
	...[
		'@request.auth.id',
		'@request.auth.verified',
		'@request.auth.collectionName',
		'@request.auth.email',
		'@request.auth.orgs.name',
		'@request.auth.orgs:each',
		'@request.body.title',
	],
	...['@request.body.tags:each', '@request.body.title:changed', '@request.body.author.name'],
	...[
		'@collection.votes.stars',
		'@collection.votes:x.by',
		'@collection.orgs.name',
		'@now',
		'@month',
	],
	...[
		'null',
		'true',
		'nope',
		'__proto__',
		'constructor.prototype',
		'tags.__proto__',
		'data.__proto__.x',
	],
];
const values = [
	"'a'",
	"''",
	"'red'",
	'0',
	'1',
	'-1.5',
	"'%a%'",
	"'u1'",
	"'a_b\\\\'",
	"'\u{1f4a5}'",
];
const call = fc
	.constantFrom('place.lon', 'n', 'data.k', '1')
	.map((lon) => `geoDistance(${lon}, place.lat, 23.3, 42.7)`);
const time = fc
	.constantFrom('day', 'tags.name', "'2024-01-02'", 'n', 'comments_via_post.text')
	.map((value) => `strftime('%Y', ${value})`);
const operand = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom(...names) },
	{ weight: 4, arbitrary: fc.constantFrom(...values) },
	call,
	time,
);
const sign = fc.constantFrom(
	'=',
	'!=',
	'~',
	'!~',
	'<',
	'<=',
	'>',
	'>=',
	'?=',
	'?!=',
	'?~',
	'?!~',
	'?>',
);
const comparison = fc.tuple(operand, sign, operand).map((parts) => parts.join(' '));
const { rule } = fc.letrec<{ rule: string }>((tie) => ({
	rule: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		comparison,
		fc
			.tuple(tie('rule'), fc.constantFrom(' && ', ' || '), tie('rule'))
			.map((parts) => parts.join('')),
		tie('rule').map((inner) => `(${inner})`),
	),
}));

describe('any rule', () => {
	it('compiles to a statement that SQLite runs, or is refused', () => {
		fc.assert(
			fc.property(rule, (text) => {
				expect(['rows', 'refused']).toContain(outcome({ rules: [text] }));
			}),
			{ numRuns: 1500 },
		);
	});

	it('gives the same rows however it is planned', () => {
		const posts = world.find('posts');
		fc.assert(
			fc.property(rule, (text) => {
				if (outcome({ rules: [text] }) === 'refused') return;
				const ids = (more: { byId?: boolean; sort?: string }): string =>
					world
						.ids({ collection: posts, request, rules: [text], ...more })
						.toSorted()
						.join();
				const expected = ids({});
				expect(ids({ byId: true })).toBe(expected);
				// A sort by the same list joins it instead.
				expect(ids({ sort: 'tags.name,comments_via_post.text' })).toBe(expected);
			}),
			{ numRuns: 1000 },
		);
	});

	it('leaves no trace of what it says in the text of the statement', () => {
		const mark = 'x`y"z--\'[]{:p}';
		const { where } = world.compile({
			collection: world.find('posts'),
			rules: [
				`title = "${mark.replaceAll('"', '\\"')}" || data.a ~ "${mark.replaceAll('"', '\\"')}"`,
			],
		});
		expect(
			JSON.stringify(where, (key, value: unknown) => (key === 'value' ? '' : value)),
		).not.toContain('x`y');
	});
});

describe('hostile input', () => {
	const long = (text: string, times: number): string => text.repeat(times);
	it.each([
		[long('a', 3501)],
		[long("title='a'||", 201) + 'n=1'],
		[long('(', 500) + 'n=1' + long(')', 500)],
		[long('(', 3500)],
		[long(')', 3500)],
		["title = 'abc"],
		['title = "abc'],
		["title = 'a\0b'"],
		['\0'],
		['__proto__ = 1'],
		['constructor.prototype = 1'],
		['data.__proto__.polluted = 1 && nope = 1'],
		['\ud800 = 1'],
		[long('geoDistance(', 200)],
		[long('f(', 200) + long(')', 200)],
		[long('a.', 1700) + 'b = 1'],
		['title = ' + long('9', 3000) + '.'],
		[long('!', 3000)],
		[long('&', 3000)],
		[long('//\n', 1100)],
		["title ~ '" + long('%', 3400) + "' && nope = 1"],
	])('%#', (filter) => {
		expect(outcome({ filter })).toBe('refused');
	});

	it.each([
		["title = '\ud800'"],
		["title ~ '" + long('_%', 1700) + "'"],
		['n < ' + long('9', 3000)],
		["'__proto__' = title"],
		['data.__proto__.polluted = 1'],
		['data.constructor = 1'],
	])('is harmless: %#', (filter) => {
		expect(outcome({ filter })).toBe('rows');
		expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
	});

	it('reads own keys of a body only', () => {
		const body = JSON.parse('{"__proto__": {"admin": true}, "a": {"b": 1}}') as Record<
			string,
			unknown
		>;
		const passes = (rule: string): boolean =>
			world.ids({
				collection: world.find('posts'),
				request: { ...ANYONE, body },
				rules: [rule],
			}).length > 0;
		expect(passes('@request.body.admin = true')).toBe(false);
		expect(passes('@request.body.constructor:isset = true')).toBe(false);
		expect(passes('@request.body.a.toString:isset = true')).toBe(false);
		expect(passes('@request.body.a.b = 1')).toBe(true);
		// A key of that name that was really sent is a key like any other.
		expect(passes('@request.body.__proto__.admin = true')).toBe(true);
	});
});
