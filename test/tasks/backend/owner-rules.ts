import type { CollectionRules } from '#lib/contracts/index.ts';
import {
	asMyself,
	bool,
	choice,
	isMine,
	make,
	number,
	open,
	ownerOnly,
	patch,
	read,
	signedIn,
	stays,
	table,
	text,
	to,
} from '../build.ts';
import type { Solution, Task } from '../task.ts';

const notes = (rules: CollectionRules): Solution =>
	make(table('notes', [text('text', { required: true }), to('owner', 'users')], rules));
const mine = ownerOnly('owner');

const articles = (rules: CollectionRules): Solution =>
	make(table('articles', [text('title'), bool('published'), to('author', 'users')], rules));
const published = `published = true || (${isMine('author')})`;
const blog = { ...ownerOnly('author'), ...read(published) };

const profiles = (rules: CollectionRules, unique = true): Solution =>
	make(
		table('profiles', [text('bio'), to('user', 'users')], rules, {
			indexes: [{ fields: ['user'], unique }],
		}),
	);
const shown = { ...ownerOnly('user'), ...read('') };

const feedback = (rules: CollectionRules): Solution =>
	make(table('feedback', [text('message'), to('owner', 'users', { required: false })], rules));
const box = { ...read(isMine('owner')), create: '@request.body.owner = @request.auth.id' };

const wholeStars = { onlyInt: true, min: 1, max: 5 };
const reviewPatch = (rules: CollectionRules, rating: object = wholeStars): Solution =>
	patch({
		name: 'reviews',
		addFields: [to('author', 'users')],
		changeFields: [number('rating', { required: true, ...rating })],
		rules,
	});
const reviewed = { ...read(''), create: asMyself('author'), delete: isMine('author') };

export const ownerRuleTasks: readonly Task[] = [
	{
		id: 'private-notes',
		group: 'owner rules',
		prompt:
			'People sign in and keep notes. Make a collection "notes" with a text and an owner (a relation to users). A note is only ever seen, changed and deleted by its owner, and nobody can make one for somebody else or give one away.',
		solution: notes(mine),
		wrong: {
			'others can read': notes({ ...mine, ...read(signedIn) }),
			'made for somebody else': notes({ ...mine, create: signedIn }),
			'given away': notes({ ...mine, update: isMine('owner') }),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
			const [annId, bobId] = [await idOf('ann'), await idOf('bob')];
			const note = await ann.create('notes', { text: 'mine', owner: annId });
			check('the owner makes a note', note.ok);
			check('the owner sees it', (await ann.list('notes')).items.length === 1);
			check('the owner changes it', (await ann.update('notes', note.id, { text: 'x' })).ok);
			check('others do not list it', (await bob.list('notes')).items.length === 0);
			check('others do not view it', !(await bob.view('notes', note.id)).ok);
			check('others do not change it', !(await bob.update('notes', note.id, { text: 'y' })).ok);
			check('others do not delete it', !(await bob.remove('notes', note.id)).ok);
			check('visitors see none', (await visitor.list('notes')).items.length === 0);
			const forged = { text: 'a', owner: annId };
			check('visitors make none', !(await visitor.create('notes', forged)).ok);
			check('nobody makes one for others', !(await bob.create('notes', forged)).ok);
			check('nobody gives one away', !(await ann.update('notes', note.id, { owner: bobId })).ok);
			check('the owner deletes it', (await ann.remove('notes', note.id)).ok);
		},
	},
	{
		id: 'drafts-of-articles',
		group: 'owner rules',
		prompt:
			'A magazine: "articles" with a title, a checkbox "published" and an author (a relation to users). Published articles can be read by everybody, also without an account. A draft is only for its author. Only the author changes or deletes an article, and it always stays under the name of who wrote it.',
		solution: articles(blog),
		wrong: {
			'a draft opens by its id': articles({ ...blog, view: '' }),
			'readers need an account': articles({ ...blog, ...read(`${signedIn} && (${published})`) }),
			'anybody with an account changes published ones': articles({
				...blog,
				update: `${signedIn} && (${published}) && ${stays('author')}`,
			}),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
			const author = await idOf('ann');
			const out = await ann.create('articles', { title: 'out', published: true, author });
			const draft = await ann.create('articles', { title: 'draft', author });
			check('the author writes', out.ok && draft.ok);
			check('the author sees both', (await ann.list('articles')).items.length === 2);
			for (const [who, client] of [
				['visitors', visitor],
				['others', bob],
			] as const) {
				const seen = (await client.list('articles')).items.map(({ id }) => id);
				check(`${who} list what is published, and that alone`, seen.join() === out.id);
				check(`${who} open what is published`, (await client.view('articles', out.id)).ok);
				check(`${who} do not open a draft`, !(await client.view('articles', draft.id)).ok);
				check(`${who} change none`, !(await client.update('articles', out.id, { title: 'x' })).ok);
				check(`${who} delete none`, !(await client.remove('articles', out.id)).ok);
			}
			check('nobody writes for others', !(await bob.create('articles', { title: 'x', author })).ok);
			const given = await ann.update('articles', draft.id, { author: await idOf('bob') });
			check('it stays the author’s', !given.ok);
			check('published later', (await ann.update('articles', draft.id, { published: true })).ok);
			check('then it is seen', (await visitor.view('articles', draft.id)).ok);
		},
	},
	{
		id: 'one-profile-each',
		group: 'owner rules',
		prompt:
			'Everybody who has an account may have one profile: "profiles" with a bio and a user (a relation to users). All can read profiles, without an account too. People make, change and delete their own and no other, and nobody has two.',
		solution: profiles(shown),
		wrong: {
			'two profiles': profiles(shown, false),
			'a profile of somebody else': profiles({ ...shown, create: signedIn }),
			'readers need an account': profiles({ ...shown, ...read(signedIn) }),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
			const [annId, bobId] = [await idOf('ann'), await idOf('bob')];
			check('not for others', !(await bob.create('profiles', { bio: 'x', user: annId })).ok);
			const own = await ann.create('profiles', { bio: 'me', user: annId });
			check('one’s own', own.ok);
			check('not a second', !(await ann.create('profiles', { bio: 'again', user: annId })).ok);
			check('another person has one too', (await bob.create('profiles', { user: bobId })).ok);
			check('visitors read both', (await visitor.list('profiles')).items.length === 2);
			check('visitors open one', (await visitor.view('profiles', own.id)).ok);
			check('visitors make none', !(await visitor.create('profiles', { user: annId })).ok);
			check('others do not change it', !(await bob.update('profiles', own.id, { bio: 'x' })).ok);
			check('others do not delete it', !(await bob.remove('profiles', own.id)).ok);
			check('one changes it', (await ann.update('profiles', own.id, { bio: 'new' })).ok);
			check('one deletes it', (await ann.remove('profiles', own.id)).ok);
		},
	},
	{
		id: 'feedback-with-and-without-account',
		group: 'owner rules',
		prompt:
			'A box for feedback: "feedback" with a message and an owner (a relation to users, may be empty). Everybody can leave some: visitors without an owner, people with an account under their own name. People read what they left themselves. What visitors left is read by nobody but us in the dashboard. Nothing is changed or deleted.',
		solution: feedback(box),
		wrong: {
			'visitors read what visitors left': feedback({ ...box, ...read('owner = @request.auth.id') }),
			'in the name of somebody': feedback({ ...box, create: '' }),
			'an account is needed': feedback({ ...box, create: asMyself('owner') }),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
			const owner = await idOf('ann');
			const left = await visitor.create('feedback', { message: 'from nobody' });
			check('a visitor leaves some', left.ok);
			const own = await ann.create('feedback', { message: 'from ann', owner });
			check('a person leaves some', own.ok);
			const forged = { message: 'x', owner };
			check('visitors do not write as somebody', !(await visitor.create('feedback', forged)).ok);
			check('people do not write as others', !(await bob.create('feedback', forged)).ok);
			check('visitors read nothing', (await visitor.list('feedback')).items.length === 0);
			check('not by its id either', !(await visitor.view('feedback', left.id)).ok);
			const seen = (await ann.list('feedback')).items.map(({ id }) => id);
			check('people read their own', seen.join() === own.id);
			check('others read nothing', (await bob.list('feedback')).items.length === 0);
			check('nothing changes', !(await ann.update('feedback', own.id, { message: 'x' })).ok);
			check('nothing goes', !(await ann.remove('feedback', own.id)).ok);
			check('we read all', (await as('superuser').list('feedback')).items.length === 2);
		},
	},
	{
		id: 'reviews-that-stay',
		group: 'owner rules',
		prompt:
			'The collection "reviews" is far too open. Anybody may read it, that is fine. But a review is written under one’s own account (give it a required relation "author" to users), it can be deleted by its author, and it is never edited by anybody. The rating is a whole number from 1 to 5 and required. Nothing is in it yet.',
		start: make(
			table('reviews', [text('text'), number('rating'), choice('of', ['tea', 'cake'])], open),
		),
		solution: reviewPatch(reviewed),
		wrong: {
			'authors edit': reviewPatch({
				...reviewed,
				update: `${isMine('author')} && ${stays('author')}`,
			}),
			'anybody with an account deletes': reviewPatch({ ...reviewed, delete: signedIn }),
			'six stars': reviewPatch(reviewed, { onlyInt: true, min: 1 }),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
			const author = await idOf('ann');
			const good = { text: 'fine', rating: 4, of: 'tea', author };
			const made = await ann.create('reviews', good);
			check('a review', made.ok);
			check('visitors read it', (await visitor.list('reviews')).items.length === 1);
			check('visitors write none', !(await visitor.create('reviews', good)).ok);
			check('not for others', !(await bob.create('reviews', good)).ok);
			check('not without an author', !(await bob.create('reviews', { text: 'x', rating: 1 })).ok);
			for (const rating of [0, 6, 2.5, null])
				check(
					`no rating ${String(rating)}`,
					!(await ann.create('reviews', { ...good, rating })).ok,
				);
			check('not edited', !(await ann.update('reviews', made.id, { text: 'x' })).ok);
			check('not deleted by others', !(await bob.remove('reviews', made.id)).ok);
			check('deleted by its author', (await ann.remove('reviews', made.id)).ok);
		},
	},
];
