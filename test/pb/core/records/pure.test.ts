import { describe, expect, it } from 'vitest';
import { authFormIssues } from '../../../../pb/core/records/auth-form.ts';
import { createDraft, loadInput } from '../../../../pb/core/records/draft.ts';
import { parseExpand, toNode, type PathTree } from '../../../../pb/core/records/expand-tree.ts';
import { parseListQuery } from '../../../../pb/core/records/list-query.ts';
import { toWire } from '../../../../pb/core/records/wire.ts';
import { collectionOf, usersOf } from './fixtures.ts';

describe('parseListQuery', () => {
	const parse = (query: string) => parseListQuery(new URLSearchParams(query));
	it.each([
		['', { page: 1, perPage: 30, skipTotal: false, sort: '', filter: '' }],
		['page=0&perPage=0', { page: 1, perPage: 30 }],
		['page=-5&perPage=-1', { page: 1, perPage: 30 }],
		['page=%2B3&perPage=1001', { page: 3, perPage: 1000 }],
		['skipTotal=1', { skipTotal: true }],
		['skipTotal=F', { skipTotal: false }],
		['filter=a&filter=b&sort=-x', { filter: 'a', sort: '-x' }],
	])('%s', (query, expected) => {
		expect(parse(query)).toMatchObject(expected);
	});
	it.each([
		'page=x',
		'page=1.5',
		'perPage=1e3',
		'page= 1',
		'skipTotal=yes',
		`page=${'9'.repeat(20)}`,
	])('refuses %s', (query) => {
		expect(() => parse(query)).toThrow(expect.objectContaining({ status: 400 }));
	});
});

describe('parseExpand', () => {
	const flat = (tree: PathTree): unknown =>
		Object.fromEntries([...tree].map(([key, below]) => [key, flat(below)]));
	it.each([
		['', {}],
		[' , .', {}],
		['a', { a: {} }],
		['a, a.b ,a.b.c,a.d', { a: { b: { c: {} }, d: {} } }],
		['.a.', { a: {} }],
		['a.b.c.d.e.f.g', { a: { b: { c: { d: { e: { f: {} } } } } } }],
	])('%s', (expand, expected) => {
		expect(flat(parseExpand(expand))).toEqual(expected);
	});
});

describe('toWire', () => {
	it('sorts keys and leaves out what is hidden, the password, the token key and private e-mails', () => {
		const users = usersOf([{ name: 'note', type: 'text', hidden: true }]);
		const draft = createDraft(users, undefined);
		Object.assign(draft.data, { id: 'u1', email: 'a@example.com', note: 'x', tokenKey: 'k' });
		const node = toNode({ collection: users, data: draft.data });
		const common = ['collectionId', 'collectionName', 'emailVisibility', 'id', 'verified'];
		expect(Object.keys(toWire(node))).toEqual(common);
		node.showEmail = true;
		node.showHidden = true;
		const all = Object.keys(toWire(node));
		expect(all).toEqual([...common, 'email', 'note'].sort());
	});

	it('shows an e-mail whose owner made it visible, and an empty password of other collections', () => {
		const users = usersOf();
		const draft = createDraft(users, undefined);
		Object.assign(draft.data, { emailVisibility: true, email: 'a@example.com' });
		expect(toWire(toNode({ collection: users, data: draft.data }))).toMatchObject({
			email: 'a@example.com',
		});
		const safes = collectionOf('safes', [{ name: 'code', type: 'password' }]);
		const safe = createDraft(safes, undefined);
		loadInput(safe, { values: { code: 'typed-now' } }, true);
		expect(toWire(toNode({ collection: safes, data: safe.data }))['code']).toBe('');
	});
});

describe('authFormIssues', () => {
	const users = usersOf();
	const stored = { ...createDraft(users, undefined).data, id: 'u1', email: 'a@example.com' };
	const codes = (
		isNew: boolean,
		values: Record<string, unknown>,
		isManager: boolean,
		isOldRight = false,
	) => {
		const draft = createDraft(users, isNew ? undefined : stored);
		loadInput(draft, { values }, true);
		const form = { password: '', passwordConfirm: '', oldPassword: '', ...values };
		const issues = authFormIssues(draft, form, isManager, isOldRight) ?? {};
		return Object.fromEntries(
			Object.entries(issues).map(([key, issue]) => [key, (issue as { code: string }).code]),
		);
	};
	const both = { password: 'p', passwordConfirm: 'p' };
	it.each([
		['new, nothing', true, {}, false, false, { password: 'required', passwordConfirm: 'required' }],
		['new', true, both, false, false, {}],
		[
			'new, mistyped',
			true,
			{ ...both, passwordConfirm: 'q' },
			false,
			false,
			{ passwordConfirm: 'mismatch' },
		],
		[
			'new, claims to be verified',
			true,
			{ ...both, verified: true },
			false,
			false,
			{ verified: 'mismatch' },
		],
		['new, by a manager', true, { ...both, verified: true }, true, false, {}],
		['unchanged', false, {}, false, false, {}],
		['other e-mail', false, { email: 'b@example.com' }, false, false, { email: 'mismatch' }],
		['other e-mail by a manager', false, { email: 'b@example.com' }, true, false, {}],
		['password without the old one', false, both, false, false, { oldPassword: 'required' }],
		[
			'wrong old password',
			false,
			{ ...both, oldPassword: 'x' },
			false,
			false,
			{ oldPassword: 'old' },
		],
		['right old password', false, { ...both, oldPassword: 'x' }, false, true, {}],
		['a manager needs no old password', false, both, true, false, {}],
		[
			'only the old password',
			false,
			{ oldPassword: 'x' },
			false,
			true,
			{ password: 'required', passwordConfirm: 'required' },
		],
	] as const)('%s', (_name, isNew, values, isManager, isOldRight, expected) => {
		const short: Record<string, string> = {
			required: 'validation_required',
			mismatch: 'validation_values_mismatch',
			old: 'validation_invalid_old_password',
		};
		expect(codes(isNew, { ...values }, isManager, isOldRight)).toEqual(
			Object.fromEntries(Object.entries(expected).map(([key, code]) => [key, short[code]])),
		);
	});
});
