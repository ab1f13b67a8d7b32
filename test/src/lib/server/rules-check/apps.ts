import type {
	CollectionRules,
	SchemaChange,
	SchemaField,
	SurpriseCode,
} from '../../../../../src/lib/contracts/index.ts';
import type { PlainCollection } from '../../../../../src/lib/server/schema/index.ts';

type Patch = (collections: readonly PlainCollection[]) => readonly PlainCollection[];

/** An app, or the same without its bug. */
export interface RulesApp {
	readonly change: SchemaChange;
	/** What a change cannot say. */
	readonly patch?: Patch;
}

export interface SeededApp {
	readonly name: string;
	readonly code: SurpriseCode;
	/** Where it is to be found. */
	readonly collection: string;
	readonly bug: RulesApp;
	readonly clean: RulesApp;
}

const text = (name: string, more: object = {}): SchemaField => ({ type: 'text', name, ...more });
const to = (name: string, collection: string, more: object = {}): SchemaField => ({
	type: 'relation',
	name,
	collection,
	...more,
});
const owner = to('owner', 'users', { required: true });
const signedIn = '@request.auth.id != ""';
const own = `${signedIn} && owner = @request.auth.id`;
const stays = '(@request.body.owner = "" || @request.body.owner = @request.auth.id)';
export const ownerRules = {
	list: own,
	view: own,
	create: `${signedIn} && @request.body.owner = @request.auth.id`,
	update: `${own} && ${stays}`,
	delete: own,
} satisfies CollectionRules;
const publicRead = { ...ownerRules, list: '', view: '' } satisfies CollectionRules;

const notes = (
	rules: CollectionRules,
	fields: SchemaField[] = [text('title'), owner],
): RulesApp => ({
	change: { create: [{ name: 'notes', fields, rules }] },
});
const withUsers = (
	app: RulesApp,
	users: NonNullable<SchemaChange['update']>[number],
): RulesApp => ({
	...app,
	change: { ...app.change, update: [users] },
});
const patching = (app: RulesApp, name: string, patch: object): RulesApp => ({
	...app,
	patch: (all) => all.map((each) => (each.name === name ? { ...each, ...patch } : each)),
});
const adding = (app: RulesApp, collection: object): RulesApp => ({
	...app,
	patch: (all) => [...all, collection as PlainCollection],
});

const users = (rules: CollectionRules, ...addFields: SchemaField[]) => ({
	name: 'users',
	rules,
	addFields,
});
const phone = text('phone');
const ownAccount = 'id = @request.auth.id';
const blogPosts = (rules: CollectionRules = {}): NonNullable<SchemaChange['create']>[number] => ({
	name: 'posts',
	fields: [text('title'), to('author', 'users', { required: true })],
	rules: {
		list: '',
		view: '',
		create: `${signedIn} && @request.body.author = @request.auth.id`,
		update: `${signedIn} && author = @request.auth.id && @request.body.author:isset = false`,
		delete: `${signedIn} && author = @request.auth.id`,
		...rules,
	},
});
const blog: RulesApp = { change: { create: [blogPosts()] } };

const adminDeletes = (role: SchemaField, accounts: CollectionRules): RulesApp =>
	withUsers(
		notes({ ...ownerRules, delete: `${own} || @request.auth.role = "admin"` }),
		users(accounts, role),
	);
const noRole = '@request.body.role:isset = false';

const shops = (invoiceView: string): RulesApp => ({
	change: {
		create: [
			{
				name: 'invoices',
				fields: [text('amount'), owner],
				rules: { ...ownerRules, view: invoiceView },
			},
			{
				name: 'shops',
				fields: [text('title'), to('invoice', 'invoices')],
				rules: { list: '', view: '' },
			},
		],
	},
});

const documents = (isProtected: boolean): RulesApp => ({
	...notes(ownerRules, [text('title'), owner, { type: 'file', name: 'scan' }]),
	patch: (all) =>
		all.map((each) => ({
			...each,
			fields: each.fields.map((field) =>
				field.name === 'scan' ? { ...field, protected: isProtected } : field,
			),
		})),
});

const viewOf = (listRule: string | null, query: string) => ({
	name: 'summary',
	type: 'view',
	listRule,
	viewRule: listRule,
	viewQuery: query,
});

const board = (rules: CollectionRules): RulesApp => ({
	change: {
		create: [{ name: 'cards', fields: [text('title'), { type: 'bool', name: 'done' }], rules }],
	},
});

/** Each app once with a bug in its rules and once without it. */
export const seededApps: readonly SeededApp[] = [
	{
		name: 'everybody may change',
		code: 'open_update',
		collection: 'notes',
		bug: notes({ ...publicRead, update: '' }),
		clean: notes(publicRead),
	},
	{
		name: 'a board that strangers change',
		code: 'open_update',
		collection: 'cards',
		bug: board({ list: '', view: '', create: '', update: 'done = false' }),
		clean: board({ list: '', view: '', create: '', update: null }),
	},
	{
		name: 'a rule that is always true',
		code: 'open_delete',
		collection: 'notes',
		bug: notes({ ...ownerRules, delete: 'id != ""' }),
		clean: notes(ownerRules),
	},
	{
		name: 'records without owner belong to every visitor',
		code: 'open_delete',
		collection: 'notes',
		bug: notes({ ...ownerRules, delete: 'owner = @request.auth.id' }, [
			text('title'),
			to('owner', 'users'),
		]),
		clean: notes(ownerRules, [text('title'), to('owner', 'users')]),
	},
	{
		name: 'everybody may delete',
		code: 'open_delete',
		collection: 'cards',
		bug: board({ list: '', view: '', create: '', delete: '' }),
		clean: board({ list: '', view: '', create: signedIn, update: signedIn, delete: signedIn }),
	},
	{
		name: 'signed in is enough to change',
		code: 'other_update',
		collection: 'notes',
		bug: notes({ ...ownerRules, update: `${signedIn} && ${stays}` }),
		clean: notes(ownerRules),
	},
	{
		name: 'or instead of and',
		code: 'other_update',
		collection: 'notes',
		bug: notes({ ...ownerRules, update: `(${signedIn} || owner = @request.auth.id) && ${stays}` }),
		clean: notes(ownerRules),
	},
	{
		name: 'signed in is enough to delete',
		code: 'other_delete',
		collection: 'posts',
		bug: { change: { create: [blogPosts({ delete: signedIn })] } },
		clean: blog,
	},
	{
		name: 'accounts that others delete',
		code: 'other_delete',
		collection: 'users',
		bug: withUsers(notes(ownerRules), users({ delete: signedIn })),
		clean: withUsers(notes(ownerRules), users({ delete: ownAccount })),
	},
	{
		name: 'another name on a new record',
		code: 'owner_forged',
		collection: 'notes',
		bug: notes({ ...ownerRules, create: signedIn }),
		clean: notes({ ...ownerRules, create: own }),
	},
	{
		name: 'strangers post as somebody',
		code: 'owner_forged',
		collection: 'posts',
		bug: { change: { create: [blogPosts({ create: '' })] } },
		clean: blog,
	},
	{
		name: 'a record given away',
		code: 'owner_moved',
		collection: 'notes',
		bug: notes({ ...ownerRules, update: own }),
		clean: notes({ ...ownerRules, update: `${own} && @request.body.owner:changed = false` }),
	},
	{
		name: 'a post put under another name',
		code: 'owner_moved',
		collection: 'posts',
		bug: { change: { create: [blogPosts({ update: 'author = @request.auth.id' })] } },
		clean: blog,
	},
	{
		name: 'telephone numbers of authors',
		code: 'expand_leak',
		collection: 'users',
		bug: withUsers(blog, users({ view: '' }, phone)),
		clean: withUsers(blog, users({ view: '' }, text('bio'))),
	},
	{
		name: 'invoices behind a public shop',
		code: 'expand_leak',
		collection: 'invoices',
		bug: shops(''),
		clean: shops(own),
	},
	{
		name: 'a list of all accounts',
		code: 'auth_listing',
		collection: 'users',
		bug: withUsers(blog, users({ list: '' })),
		clean: withUsers(blog, users({ list: ownAccount })),
	},
	{
		name: 'telephone numbers for whoever signs up',
		code: 'auth_fields',
		collection: 'users',
		bug: withUsers(blog, users({ list: signedIn, view: signedIn }, phone)),
		clean: withUsers(blog, users({ list: signedIn, view: signedIn }, { ...phone, hidden: true })),
	},
	{
		name: 'e-mail addresses for whoever signs up',
		code: 'email_leak',
		collection: 'users',
		bug: patching(withUsers(blog, users({ list: signedIn })), 'users', { manageRule: signedIn }),
		clean: withUsers(blog, users({ list: signedIn })),
	},
	{
		name: 'a list wider than its records',
		code: 'list_leak',
		collection: 'notes',
		bug: notes({ ...ownerRules, list: signedIn }),
		clean: notes({ ...ownerRules, list: null }),
	},
	{
		name: 'changes told to everybody',
		code: 'realtime_leak',
		collection: 'notes',
		bug: notes({ ...ownerRules, list: '' }),
		clean: notes(ownerRules),
	},
	{
		name: 'scans by their address',
		code: 'file_url',
		collection: 'notes',
		bug: documents(false),
		clean: documents(true),
	},
	{
		name: 'everybody becomes admin',
		code: 'self_promotion',
		collection: 'users',
		bug: adminDeletes(text('role'), { update: ownAccount }),
		clean: adminDeletes(text('role'), { create: noRole, update: `${ownAccount} && ${noRole}` }),
	},
	{
		name: 'admin by signing up',
		code: 'self_promotion',
		collection: 'users',
		bug: adminDeletes(text('role'), { update: `${ownAccount} && ${noRole}` }),
		clean: adminDeletes(text('role', { hidden: true }), {}),
	},
	{
		name: 'titles in a public summary',
		code: 'view_leak',
		collection: 'notes',
		bug: adding(notes(ownerRules), viewOf('', 'SELECT id, title FROM notes')),
		clean: adding(
			notes(ownerRules),
			viewOf('', 'SELECT owner AS id, COUNT(id) AS total FROM notes GROUP BY owner'),
		),
	},
];

/** Apps as people build them, without a bug in their rules. */
export const cleanApps: Readonly<Record<string, RulesApp>> = {
	guestbook: {
		change: {
			create: [
				{
					name: 'entries',
					fields: [text('name', { required: true, max: 80 }), text('message', { max: 1000 })],
					rules: { list: '', view: '', create: '' },
				},
			],
		},
	},
	'published articles': {
		change: {
			create: [
				{
					name: 'articles',
					fields: [
						text('title'),
						owner,
						{ type: 'select', name: 'status', values: ['draft', 'published'], required: true },
					],
					rules: {
						...ownerRules,
						list: `status = "published" || (${own})`,
						view: `status = "published" || (${own})`,
					},
				},
			],
		},
	},
	'teams with members': {
		change: {
			create: [
				{
					name: 'teams',
					fields: [text('title'), owner, to('members', 'users', { maxSelect: 50 })],
					rules: {
						...ownerRules,
						list: `${signedIn} && (owner = @request.auth.id || members.id ?= @request.auth.id)`,
						view: `${signedIn} && (owner = @request.auth.id || members.id ?= @request.auth.id)`,
					},
				},
				{
					name: 'tasks',
					fields: [text('title'), to('team', 'teams', { required: true }), to('assignee', 'users')],
					rules: Object.fromEntries(
						['list', 'view', 'create', 'update', 'delete'].map((action) => [
							action,
							`${signedIn} && team.members.id ?= @request.auth.id`,
						]),
					),
				},
			],
		},
	},
	'memberships in a collection of their own': {
		change: {
			create: [
				{ name: 'rooms', fields: [text('title'), owner], rules: ownerRules },
				{
					name: 'memberships',
					fields: [
						to('room', 'rooms', { required: true }),
						to('user', 'users', { required: true }),
					],
					rules: {
						list: `${signedIn} && user = @request.auth.id`,
						view: `${signedIn} && user = @request.auth.id`,
					},
					indexes: [{ fields: ['room', 'user'], unique: true }],
				},
				{
					name: 'messages',
					fields: [
						text('body', { required: true, max: 500 }),
						to('room', 'rooms', { required: true }),
						to('author', 'users', { required: true }),
					],
					rules: {
						list: `${signedIn} && room.memberships_via_room.user ?= @request.auth.id`,
						view: `${signedIn} && room.memberships_via_room.user ?= @request.auth.id`,
						create: `${signedIn} && author = @request.auth.id && room.memberships_via_room.user ?= @request.auth.id`,
						delete: `${signedIn} && author = @request.auth.id`,
					},
				},
			],
		},
	},
	'likes, one a person': {
		change: {
			create: [
				blogPosts(),
				{
					name: 'likes',
					fields: [
						to('post', 'posts', { required: true }),
						to('user', 'users', { required: true }),
					],
					rules: {
						list: '',
						view: '',
						create: `${signedIn} && user = @request.auth.id`,
						delete: `${signedIn} && user = @request.auth.id`,
					},
					indexes: [{ fields: ['post', 'user'], unique: true }],
				},
			],
		},
	},
	'private messages': {
		change: {
			create: [
				{
					name: 'letters',
					fields: [
						text('body'),
						to('sender', 'users', { required: true }),
						to('recipient', 'users', { required: true }),
					],
					rules: {
						list: `${signedIn} && (sender = @request.auth.id || recipient = @request.auth.id)`,
						view: `${signedIn} && (sender = @request.auth.id || recipient = @request.auth.id)`,
						create: `${signedIn} && sender = @request.auth.id`,
						delete: `${signedIn} && sender = @request.auth.id`,
					},
				},
			],
		},
	},
	'a wiki of those who signed in': board({
		list: signedIn,
		view: signedIn,
		create: signedIn,
		update: signedIn,
		delete: signedIn,
	}),
	'admins edit': withUsers(
		{
			change: {
				create: [
					{
						name: 'pages',
						fields: [text('title'), { type: 'editor', name: 'body' }],
						rules: {
							list: '',
							view: '',
							create: '@request.auth.admin = true',
							update: '@request.auth.admin = true',
							delete: '@request.auth.admin = true',
						},
					},
				],
			},
		},
		users({}, { type: 'bool', name: 'admin', hidden: true }),
	),
	'values that are hard to make': {
		change: {
			create: [
				{
					name: 'orders',
					fields: [
						text('code', { required: true, pattern: '^[A-Z]{3}-[0-9]{4}$' }),
						{ type: 'number', name: 'amount', min: 1, max: 5, onlyInt: true, required: true },
						{ type: 'email', name: 'contact', required: true },
						{ type: 'url', name: 'link' },
						{ type: 'date', name: 'due' },
						{ type: 'json', name: 'meta' },
						{ type: 'geoPoint', name: 'place' },
						{ type: 'file', name: 'bill', required: true },
						{ type: 'autodate', name: 'created' },
						owner,
					],
					rules: ownerRules,
				},
			],
		},
	},
	'nothing but the people of a new app': { change: {} },
};
