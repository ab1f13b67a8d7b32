import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blog } from './blog.ts';
import { ANYONE, Fixture } from './fixture.ts';
import { passingIds, type OracleRows } from './oracle.ts';

/*
 * The SQL pipeline against a naive evaluator, over generated records and rules. Text meets text and numbers meet
 * numbers: what SQLite makes of a mixture stands in sql.test.ts.
 */

const word = fc.constantFrom('', 'a', 'b', 'ab', 'A', 'x');
const number = fc.constantFrom(-1, 0, 1, 2);
const idsOf = (letter: string, count: number): string[] =>
	Array.from({ length: count }, (_, i) => `${letter}${i}`);
const one = (letter: string): fc.Arbitrary<string> =>
	fc.constantFrom('', 'gone', ...idsOf(letter, 3));
const many = (letter: string): fc.Arbitrary<string[]> =>
	fc.uniqueArray(fc.constantFrom('gone', ...idsOf(letter, 3)), { maxLength: 3 });
const table = (letter: string, count: number, columns: Record<string, fc.Arbitrary<unknown>>) =>
	fc.tuple(...idsOf(letter, count).map((id) => fc.record({ id: fc.constant(id), ...columns })));

const world: fc.Arbitrary<OracleRows> = fc.record({
	orgs: table('o', 3, { name: word }),
	users: table('u', 3, { name: word, org: one('o'), orgs: many('o') }),
	tags: table('t', 3, { name: word, weight: number }),
	posts: table('p', 3, {
		title: word,
		n: number,
		m: number,
		ok: fc.boolean(),
		kind: fc.constantFrom('', 'a', 'b'),
		kinds: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
		author: one('u'),
		org: one('o'),
		tags: many('t'),
		parent: one('p'),
	}),
	comments: table('c', 3, { text: word, post: one('p'), by: one('u') }),
	votes: table('v', 3, { stars: number, post: one('p'), by: one('u') }),
	lists: table('l', 2, { name: word, posts: many('p') }),
	metas: fc
		.uniqueArray(one('p'), { maxLength: 3 })
		.chain((posts) =>
			fc.tuple(
				...posts.map((post, i) =>
					fc.record({ id: fc.constant(`m${i}`), label: word, post: fc.constant(post) }),
				),
			),
		),
});

const texts = [
	...['title', 'kind', 'author', 'org', 'id', 'author.name', 'author.id', 'author.org.name'],
	...['author.orgs.name', 'author.orgs:each', 'tags.name', 'tags.id', 'tags:each', 'kinds:each'],
	...['parent.title', 'parent.tags.name', 'parent.author.name', 'comments_via_post.text'],
	...[
		'comments_via_post.by.name',
		'comments_via_post.by',
		'votes_via_post.by',
		'votes_via_post.by.name',
	],
	...[
		'lists_via_posts.name',
		'metas_via_post.label',
		'posts_via_parent.title',
		'posts_via_parent.tags.name',
	],
	...['@collection.orgs.name', '@collection.comments.post', '@collection.comments.by'],
	...['@collection.comments:x.text', '@collection.votes.post', '@request.auth.id'],
	...[
		'@request.auth.name',
		'@request.auth.org',
		'@request.auth.org.name',
		'@request.auth.orgs.name',
	],
	...['@request.auth.orgs:each', '@request.auth.comments_via_by.post'],
];
const numbers = [
	...['n', 'm', 'ok', 'tags.weight', 'votes_via_post.stars', 'parent.n', 'posts_via_parent.n'],
	...['@collection.tags.weight', '@collection.votes.stars'],
];
const sign = fc
	.constantFrom('=', '!=', '<', '<=', '>', '>=')
	.chain((plain) => fc.constantFrom(plain, plain, `?${plain}`));
const like = fc.constantFrom('~', '!~', '?~', '?!~');
const textLiteral = fc.constantFrom("''", 'null', "'a'", "'b'", "'ab'", "'u0'", "'p1'", "'t2'");
const spaced = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
	fc.tuple(...parts).map((list) => list.join(' '));
const comparison = fc.oneof(
	spaced(fc.constantFrom(...texts), sign, textLiteral),
	spaced(textLiteral, sign, fc.constantFrom(...texts)),
	spaced(
		fc.constantFrom(...texts),
		fc.constantFrom('=', '!=', '?=', '?!='),
		fc.constantFrom(...texts),
	),
	spaced(fc.constantFrom(...texts), like, fc.constantFrom("'a'", "'B'", "''")),
	spaced(fc.constantFrom(...numbers), sign, fc.constantFrom('0', '1', '2', 'true')),
	spaced(fc.constantFrom(...numbers), sign, fc.constantFrom(...numbers)),
	spaced(
		fc.constantFrom('kinds:length', 'tags:length', 'author.orgs:length'),
		sign,
		number.map(String),
	),
);
const { rule } = fc.letrec<{ rule: string }>((tie) => ({
	rule: fc.oneof(
		{ maxDepth: 2, withCrossShrink: true },
		{ weight: 3, arbitrary: comparison },
		{
			weight: 2,
			arbitrary: fc.tuple(tie('rule'), tie('rule')).map(([a, b]) => `(${a}) && (${b})`),
		},
		{
			weight: 2,
			arbitrary: fc.tuple(tie('rule'), tie('rule')).map(([a, b]) => `(${a}) || (${b})`),
		},
	),
}));

const { catalog } = blog();

describe('generated rules', () => {
	it('let the same records pass as the naive evaluator', () => {
		fc.assert(
			fc.property(world, fc.array(rule, { minLength: 1, maxLength: 12 }), (rows, rules) => {
				const fixture = new Fixture(catalog.all(), rows);
				const request = { ...ANYONE, auth: fixture.auth('users', 'u0') };
				try {
					for (const text of rules)
						for (const byId of [false, true])
							expect(
								fixture
									.ids({ collection: fixture.find('posts'), request, rules: [text], byId })
									.toSorted(),
								text,
							).toEqual(passingIds({ catalog, rows, authId: 'u0' }, 'posts', text));
				} finally {
					fixture.db.close();
				}
			}),
			{ numRuns: 150 },
		);
	});
});
