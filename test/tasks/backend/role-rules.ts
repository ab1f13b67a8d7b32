import type { CollectionPatch, CollectionRules } from '#lib/contracts/index.ts';
import {
	asMyself,
	bool,
	choice,
	isMine,
	make,
	one,
	ownerOnly,
	privilege,
	read,
	signedIn,
	stays,
	table,
	text,
	to,
} from '../build.ts';
import type { Solution, Task } from '../task.ts';

/** People get a field that rules ask for, and a collection gets rules. */
const withPeople = (users: CollectionPatch, ...create: ReturnType<typeof table>[]): Solution =>
	one({ update: [users], create });
/** The mistake: everybody gives himself what he likes. */
const unguarded = (users: CollectionPatch): CollectionPatch => ({ ...users, rules: {} });

const admin = privilege(choice('role', ['member', 'admin']));
const news = (rules: CollectionRules) => table('news', [text('title')], rules);
const isAdmin = '@request.auth.role = "admin"';
const posted = { ...read(signedIn), create: isAdmin, update: isAdmin, delete: isAdmin };

const moderator = privilege(bool('moderator'));
const comments = (rules: CollectionRules) =>
	table('comments', [text('text', { required: true }), to('author', 'users')], rules);
const moderated = {
	...ownerOnly('author'),
	...read(''),
	delete: `${signedIn} && (author = @request.auth.id || @request.auth.moderator = true)`,
};

const staff = privilege(bool('staff'));
const isStaff = '@request.auth.staff = true';
const tickets = (rules: CollectionRules) =>
	table(
		'tickets',
		[
			text('subject'),
			choice('status', ['open', 'solved'], { required: true }),
			to('customer', 'users'),
		],
		rules,
	);
const seenByStaff = `${signedIn} && (customer = @request.auth.id || ${isStaff})`;
const answered = {
	...read(seenByStaff),
	create: `${asMyself('customer')} && @request.body.status = "open"`,
	update: `${isStaff} && ${stays('customer')}`,
};

const wikiRoles = privilege(choice('role', ['reader', 'editor', 'chief']));
const isChief = '@request.auth.role = "chief"';
const isEditor = `(@request.auth.role = "editor" || ${isChief})`;
const pages = (rules: CollectionRules) => table('pages', [text('title'), text('body')], rules);
const wiki = { ...read(''), create: isEditor, update: isEditor, delete: isChief };

const blocked = privilege(bool('blocked'));
const isWelcome = `@request.auth.blocked = false`;
const posts = (rules: CollectionRules) =>
	table('posts', [text('text'), to('author', 'users')], rules);
const friendly = {
	...read(''),
	create: `${asMyself('author')} && ${isWelcome}`,
	update: `${isMine('author')} && ${stays('author')} && ${isWelcome}`,
	delete: isMine('author'),
};

export const roleRuleTasks: readonly Task[] = [
	{
		id: 'news-by-admins',
		group: 'role rules',
		prompt:
			'People who are signed in read our "news" (a title). Admins write, change and delete them. Give users a field "role" (member or admin) for that; we set it in the dashboard, nobody can make themselves admin.',
		solution: withPeople(admin, news(posted)),
		wrong: {
			'people make themselves admin': withPeople(unguarded(admin), news(posted)),
			'anybody with an account writes': withPeople(admin, news({ ...posted, create: signedIn })),
			'visitors read': withPeople(admin, news({ ...posted, ...read('') })),
		},
		async grade({ as, idOf, setUser, check }) {
			const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
			await setUser('ann', { role: 'admin' });
			await setUser('bob', { role: 'member' });
			const made = await ann.create('news', { title: 'Hello' });
			check('an admin writes', made.ok);
			check('members read', (await bob.list('news')).items.length === 1);
			check('visitors do not', (await visitor.list('news')).items.length === 0);
			const bobId = await idOf('bob');
			await bob.update('users', bobId, { role: 'admin' });
			for (const [who, client] of [
				['members', bob],
				['visitors', visitor],
				['people without a role', as('cara')],
			] as const) {
				check(`${who} do not write`, !(await client.create('news', { title: 'x' })).ok);
				check(`${who} do not change`, !(await client.update('news', made.id, { title: 'x' })).ok);
				check(`${who} do not delete`, !(await client.remove('news', made.id)).ok);
			}
			const password = 'a long enough password';
			const account = { email: 'new@example.com', password, passwordConfirm: password };
			const boss = await visitor.create('users', { ...account, role: 'admin' });
			check('nobody signs up as admin', !boss.ok || boss.body['role'] !== 'admin');
			const other = { ...account, email: 'other@example.com' };
			check('people sign up', (await visitor.create('users', other)).ok);
			check('people change their name', (await bob.update('users', bobId, { name: 'B' })).ok);
			check('an admin changes', (await ann.update('news', made.id, { title: 'y' })).ok);
			check('an admin deletes', (await ann.remove('news', made.id)).ok);
		},
	},
	{
		id: 'moderated-comments',
		group: 'role rules',
		prompt:
			'"comments" with a text and an author (a relation to users). Everybody reads them, also without an account; people with an account write under their own name and change and delete their own. Moderators (a checkbox "moderator" at users, which only we set) may delete any comment, but not change what others wrote.',
		solution: withPeople(moderator, comments(moderated)),
		wrong: {
			'moderators change what others wrote': withPeople(
				moderator,
				comments({
					...moderated,
					update: `${signedIn} && (author = @request.auth.id || @request.auth.moderator = true) && ${stays('author')}`,
				}),
			),
			'moderators delete only their own': withPeople(
				moderator,
				comments({ ...moderated, delete: isMine('author') }),
			),
			'anybody becomes moderator': withPeople(unguarded(moderator), comments(moderated)),
		},
		async grade({ as, idOf, setUser, check }) {
			const [ann, bob, cara, visitor] = [as('ann'), as('bob'), as('cara'), as('anonymous')];
			await setUser('cara', { moderator: true });
			const author = await idOf('ann');
			const first = await ann.create('comments', { text: 'one', author });
			const second = await ann.create('comments', { text: 'two', author });
			check('people write', first.ok && second.ok);
			check('visitors read', (await visitor.list('comments')).items.length === 2);
			check('visitors do not write', !(await visitor.create('comments', { text: 'x', author })).ok);
			check('not for others', !(await cara.create('comments', { text: 'x', author })).ok);
			await bob.update('users', await idOf('bob'), { moderator: true });
			check('others do not delete', !(await bob.remove('comments', first.id)).ok);
			for (const client of [bob, cara])
				check(
					'nobody changes what others wrote',
					!(await client.update('comments', first.id, { text: 'x' })).ok,
				);
			check('a moderator deletes', (await cara.remove('comments', first.id)).ok);
			check('authors change', (await ann.update('comments', second.id, { text: 'new' })).ok);
			check('authors delete', (await ann.remove('comments', second.id)).ok);
		},
	},
	{
		id: 'support-tickets',
		group: 'role rules',
		prompt:
			'Support: "tickets" with a subject, a status (open or solved, required) and a customer (a relation to users). A customer opens tickets in their own name, always with the status open, and sees their own. Staff (a checkbox "staff" at users, set by us alone) sees all tickets and changes them; customers change nothing, and nobody deletes.',
		solution: withPeople(staff, tickets(answered)),
		wrong: {
			'customers solve their tickets': withPeople(
				staff,
				tickets({ ...answered, update: `${seenByStaff} && ${stays('customer')}` }),
			),
			'staff sees its own only': withPeople(
				staff,
				tickets({ ...answered, ...read(isMine('customer')) }),
			),
			'opened as solved': withPeople(staff, tickets({ ...answered, create: asMyself('customer') })),
		},
		async grade({ as, idOf, setUser, check }) {
			const [ann, bob, cara] = [as('ann'), as('bob'), as('cara')];
			await setUser('cara', { staff: true });
			const customer = await idOf('ann');
			const ticket = { subject: 'Help', status: 'open', customer };
			const made = await ann.create('tickets', ticket);
			check('a customer opens one', made.ok);
			check('not as solved', !(await ann.create('tickets', { ...ticket, status: 'solved' })).ok);
			check('not for others', !(await bob.create('tickets', ticket)).ok);
			check('the customer sees it', (await ann.view('tickets', made.id)).ok);
			check('other customers do not', (await bob.list('tickets')).items.length === 0);
			check('not by its id', !(await bob.view('tickets', made.id)).ok);
			check('visitors do not', (await as('anonymous').list('tickets')).items.length === 0);
			check('staff sees it', (await cara.list('tickets')).items.length === 1);
			const solved = { status: 'solved' };
			check('customers do not solve it', !(await ann.update('tickets', made.id, solved)).ok);
			check('staff solves it', (await cara.update('tickets', made.id, solved)).ok);
			check('nobody deletes it', !(await cara.remove('tickets', made.id)).ok);
		},
	},
	{
		id: 'wiki-with-three-roles',
		group: 'role rules',
		prompt:
			'A wiki: "pages" with a title and a body that everybody reads. Users have a role: reader, editor or chief; new accounts have none, and we set it in the dashboard. Editors and chiefs write and change pages. Only chiefs delete them.',
		solution: withPeople(wikiRoles, pages(wiki)),
		wrong: {
			'editors delete': withPeople(wikiRoles, pages({ ...wiki, delete: isEditor })),
			'all but readers write': withPeople(
				wikiRoles,
				pages({
					...wiki,
					create: `${signedIn} && @request.auth.role != "reader"`,
					update: `${signedIn} && @request.auth.role != "reader"`,
				}),
			),
			'chiefs do not write': withPeople(
				wikiRoles,
				pages({ ...wiki, create: '@request.auth.role = "editor"' }),
			),
		},
		async grade({ as, setUser, check }) {
			const [ann, bob, cara, visitor] = [as('ann'), as('bob'), as('cara'), as('anonymous')];
			await setUser('ann', { role: 'chief' });
			await setUser('bob', { role: 'editor' });
			const first = await ann.create('pages', { title: 'One' });
			const second = await bob.create('pages', { title: 'Two' });
			check('a chief writes', first.ok);
			check('an editor writes', second.ok);
			check('visitors read', (await visitor.list('pages')).items.length === 2);
			check('an editor changes', (await bob.update('pages', first.id, { body: 'x' })).ok);
			check('an editor does not delete', !(await bob.remove('pages', second.id)).ok);
			for (const role of ['', 'reader']) {
				await setUser('cara', { role });
				const who = role === '' ? 'people without a role' : 'readers';
				check(`${who} read`, (await cara.list('pages')).items.length === 2);
				check(`${who} do not write`, !(await cara.create('pages', { title: 'x' })).ok);
				check(`${who} do not change`, !(await cara.update('pages', first.id, { body: 'y' })).ok);
			}
			check('visitors do not write', !(await visitor.create('pages', { title: 'x' })).ok);
			check('a chief deletes', (await ann.remove('pages', second.id)).ok);
		},
	},
	{
		id: 'blocked-people',
		group: 'role rules',
		prompt:
			'People post in the forum and some misbehave. Everybody reads "posts". Add a checkbox "blocked" to users that only we can set: who is blocked still reads and can delete their own posts, but neither writes nor changes any.',
		start: make(posts({ ...ownerOnly('author'), ...read('') })),
		solution: one({
			update: [
				blocked,
				{ name: 'posts', rules: { create: friendly.create, update: friendly.update } },
			],
		}),
		wrong: {
			'the blocked change old posts': one({
				update: [blocked, { name: 'posts', rules: { create: friendly.create } }],
			}),
			'people unblock themselves': one({
				update: [
					unguarded(blocked),
					{ name: 'posts', rules: { create: friendly.create, update: friendly.update } },
				],
			}),
			'a checkbox that does nothing': one({ update: [blocked] }),
		},
		async grade({ as, idOf, setUser, check }) {
			const [ann, bob] = [as('ann'), as('bob')];
			const author = await idOf('bob');
			const post = await bob.create('posts', { text: 'rude', author });
			check('who is not blocked writes', post.ok);
			check('and changes', (await bob.update('posts', post.id, { text: 'ruder' })).ok);
			await setUser('bob', { blocked: true });
			await bob.update('users', author, { blocked: false });
			check('the blocked do not write', !(await bob.create('posts', { text: 'x', author })).ok);
			check('nor change', !(await bob.update('posts', post.id, { text: 'x' })).ok);
			check('they read', (await bob.list('posts')).items.length === 1);
			const mine = { text: 'hi', author: await idOf('ann') };
			check('others go on writing', (await ann.create('posts', mine)).ok);
			check('others do not delete for them', !(await ann.remove('posts', post.id)).ok);
			check('the blocked delete their own', (await bob.remove('posts', post.id)).ok);
		},
	},
];
