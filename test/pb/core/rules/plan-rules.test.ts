import { describe, expect, it } from 'vitest';
import { planRules, RuleError } from '../../../../pb/core/rules/index.ts';
import type { AuthRecord } from '../../../../pb/core/records/record.ts';
import { compileShape, seq, text, type CompiledSql } from '../../../../pb/sql/index.ts';
import { blog } from './blog.ts';
import { ANYONE, catalogOf, NOW } from './fixture.ts';

const world = blog();
const posts = world.find('posts');
const user = (id: string, data: Record<string, unknown> = {}): AuthRecord => ({
	collection: world.find('users'),
	data: { id, email: `${id}@example.test`, verified: false, emailVisibility: false, ...data },
	isSuperuser: false,
});

const query = (rule: string, auth?: AuthRecord, more: { filter?: string } = {}) => ({
	catalog: world.catalog,
	collection: posts,
	rules: [rule],
	request: { ...ANYONE, auth },
	now: () => NOW,
	...more,
});

/** Text and values of the condition under the plan of a rule. */
function where(rule: string, auth?: AuthRecord): CompiledSql | undefined {
	const asked = query(rule, auth);
	return planRules(asked)?.statement('where', (compiled) => compiled.where ?? text('1'), asked, {});
}

// Which statement serves whom is held by Fixture.ids, which asks a stranger's plan for every rule of the other tests.
describe('a plan', () => {
	it.each([
		["title = 'a'"],
		["@request.auth.id != ''"],
		['author = @request.auth.id'],
		['@request.auth.verified = true'],
		["@request.auth.collectionName = 'users'"],
		['@request.auth.org.name = title'],
		['@request.auth.email:isset = true'],
		['day <= @now && n > @month'],
	])('is made for %s', (rule) => {
		expect(planRules(query(rule, user('u1')))).toBeDefined();
	});

	it.each([
		["@request.method = 'GET'"],
		["@request.context = 'default'"],
		["@request.query.q = ''"],
		["@request.headers.x = ''"],
		["@request.body.title = ''"],
		['@request.body.title:isset = true'],
		['@request.body.tags:length > 1'],
		['@request.body.author.name = title'],
		['@request.auth.email = title'],
		["title = 'a' || @request.query.q:isset = true"],
	])('is not made for what reads more of the request: %s', (rule) => {
		expect(planRules(query(rule, user('u1')))).toBeUndefined();
	});

	it('takes id, pattern and time from the request that uses it', () => {
		const rule = 'author = @request.auth.id || title ~ @request.auth.id || day <= @yesterday';
		const params = (id: string): readonly unknown[] | undefined => where(rule, user(id))?.params;
		const yesterday = '2024-05-05 07:08:09.010Z';
		expect(params('u1')).toEqual(['u1', '%u1%', yesterday]);
		expect(params('u_2')).toEqual(['u_2', '%u\\_2%', yesterday]);
		expect(where(rule, user('u1'))?.sql).toBe(where(rule, user('u_2'))?.sql);
	});

	it('serves those who are alike, and nobody else', () => {
		const plan = (auth?: AuthRecord, filter = '') =>
			planRules(query("@request.auth.id != ''", auth, { filter }));
		const first = plan(user('u1'));
		expect(plan(user('u2'))).toBe(first);
		const others = [
			plan(),
			plan(user('u1', { verified: true })),
			plan(user('u1', { emailVisibility: true })),
			plan(user('u1', { verified: undefined })),
			plan({ ...user('u1'), isSuperuser: true }),
			plan({ ...user('u1'), collection: world.find('orgs') }),
			plan(user('u1'), "title = 'a'"),
		];
		expect(new Set([first, ...others]).size).toBe(others.length + 1);
		expect(others).not.toContain(undefined);
	});

	it.each([
		['the superuser of the host, who has no id', user('')],
		['a record of an older schema', { ...user('u1'), collection: { ...world.find('users') } }],
		['a flag that is none', user('u1', { verified: 1 })],
	])('is not made for %s', (_name, auth) => {
		expect(planRules(query('author = @request.auth.id', auth))).toBeUndefined();
	});

	it('goes with its catalog', () => {
		const asked = query("title = 'a'");
		expect(planRules(asked)).toBe(planRules(asked));
		expect(planRules({ ...asked, catalog: catalogOf(world.catalog.all()) })).not.toBe(
			planRules(asked),
		);
	});

	it('is not made for a collection of an older schema', () => {
		const asked = query("title = 'a'");
		expect(planRules({ ...asked, collection: { ...posts } })).toBeUndefined();
		expect(planRules(asked)).toBeDefined();
	});

	it('is forgotten when many others are asked for, of whatever collection, unless it is used', () => {
		const [unused, used] = ["title = 'unused'", "title = 'used'"].map((rule) => query(rule));
		const [first, second] = [planRules(unused!), planRules(used!)];
		const collections = world.catalog.all();
		for (let i = 0; i < 40; i++) {
			for (const collection of collections) {
				const filter = `id != '${i}'${" && id != ''".repeat(120)}`;
				expect(planRules({ ...query('', undefined, { filter }), collection })).toBeDefined();
			}
			expect(planRules(used!)).toBe(second);
		}
		expect(planRules(unused!)).not.toBe(first);
	});

	it('refuses what the compiler refuses, each time', () => {
		for (let i = 0; i < 2; i++) expect(() => planRules(query('nope = 1'))).toThrow(RuleError);
	});

	it('keeps apart what is trusted and what is not', () => {
		const plan = (rules: string[], filter = '', sort = '') =>
			planRules({ ...query(''), rules, filter, sort });
		const secret = "secret = 'a'";
		expect(plan([secret])).toBeDefined();
		expect(() => plan([], secret)).toThrow(RuleError);
		expect(() => plan(['n = 1'], secret)).toThrow(RuleError);
		expect(plan(['n = 1', 'n = 2'])).not.toBe(plan(['n = 1'], 'n = 2'));
		// NUL, between the parts of the key, is no way from one to the next.
		expect(plan(['n = 1'], 'n = 2', '-n')).toBeDefined();
		expect(plan(['n = 1'], 'n = 2\0-n')).toBeUndefined();
	});

	it('prints one statement for each name', () => {
		const asked = query('author = @request.auth.id', user('u1'));
		const statement = (name: string, suffix: string) =>
			planRules(asked)?.statement(
				name,
				(compiled) => seq(compiled.where ?? text('1'), text(suffix)),
				asked,
				{},
			).sql;
		expect(statement('a', ' -- a')).toMatch(/ -- a$/);
		expect(statement('b', ' -- b')).toMatch(/ -- b$/);
		expect(statement('a', ' -- c')).toMatch(/ -- a$/);
		expect(compileShape(text('x')).slots).toEqual([]);
	});
});
