import type { CollectionRules } from '#lib/contracts/index.ts';
import {
	asMyself,
	choice,
	isMine,
	make,
	people,
	read,
	signedIn,
	stays,
	table,
	text,
	to,
} from '../build.ts';
import type { Solution, Task } from '../task.ts';
import type { World } from '../world.ts';

/** Lets the operator make a record. @returns its id */
const put = async ({ as }: World, collection: string, values: object): Promise<string> =>
	(await as('superuser').create(collection, { ...values })).id;

const member = (path: string): string => `${signedIn} && ${path} ?= @request.auth.id`;
const isMember = member('members.id');

const teams = make(table('teams', [text('name'), people('members')], read(isMember)));
const inTeam = member('team.members.id');
const documents = (rules: CollectionRules): Solution =>
	make(table('documents', [text('title'), to('team', 'teams')], rules));
const shared = {
	...read(inTeam),
	create: inTeam,
	update: `${inTeam} && ${stays('team')}`,
	delete: inTeam,
};

const rooms = make(
	table('rooms', [text('name')], read(signedIn)),
	table('memberships', [to('room', 'rooms'), to('user', 'users')], read(isMine('user')), {
		indexes: [{ fields: ['room', 'user'], unique: true }],
	}),
);
const inRoom = member('room.memberships_via_room.user');
const messages = (rules: CollectionRules): Solution =>
	make(table('messages', [text('text'), to('room', 'rooms'), to('author', 'users')], rules));
const chat = {
	...read(inRoom),
	create: `${asMyself('author')} && room.memberships_via_room.user ?= @request.auth.id`,
};

const projects = make(
	table('projects', [text('name')], read(signedIn)),
	table(
		'memberships',
		[
			to('project', 'projects'),
			to('user', 'users'),
			choice('role', ['viewer', 'editor'], { required: true }),
		],
		read(isMine('user')),
		{ indexes: [{ fields: ['project', 'user'], unique: true }] },
	),
);
const inProject = member('project.memberships_via_project.user');
const editsProject = `${inProject} && project.memberships_via_project.role ?= "editor"`;
const tasks = (rules: CollectionRules): Solution =>
	make(table('tasks', [text('title'), to('project', 'projects')], rules));
const planned = {
	...read(inProject),
	create: editsProject,
	update: `${editsProject} && ${stays('project')}`,
	delete: editsProject,
};

const clubs = (rules: CollectionRules): Solution =>
	make(table('clubs', [text('name'), to('owner', 'users'), people('members')], rules));
const club = {
	...read(`${signedIn} && (owner = @request.auth.id || members.id ?= @request.auth.id)`),
	create: asMyself('owner'),
	update: `${isMine('owner')} && ${stays('owner')}`,
	delete: isMine('owner'),
};

const courses = make(
	table(
		'courses',
		[text('title'), to('teacher', 'users'), people('students')],
		read(`${signedIn} && (teacher = @request.auth.id || students.id ?= @request.auth.id)`),
	),
);
const work = (rules: CollectionRules): Solution =>
	make(table('homework', [text('text'), to('course', 'courses'), to('student', 'users')], rules));
const handedIn = {
	...read(`${signedIn} && (student = @request.auth.id || course.teacher = @request.auth.id)`),
	create: `${asMyself('student')} && course.students.id ?= @request.auth.id`,
};

export const membershipRuleTasks: readonly Task[] = [
	{
		id: 'documents-of-teams',
		group: 'membership rules',
		prompt:
			'There are "teams" with members. Add "documents": a title and the team they belong to (required). Only members of that team read, write, change and delete them, and a document stays in its team.',
		start: teams,
		solution: documents(shared),
		wrong: {
			'anybody with an account reads': documents({ ...shared, ...read(signedIn) }),
			'put into other teams': documents({ ...shared, create: signedIn }),
			'moved to other teams': documents({ ...shared, update: inTeam }),
		},
		async grade(world) {
			const { as, idOf, check } = world;
			const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
			const both = { members: [await idOf('ann'), await idOf('bob')] };
			const team = await put(world, 'teams', { name: 'a', members: [await idOf('ann')] });
			const shared = await put(world, 'teams', { name: 'b', ...both });
			const made = await ann.create('documents', { title: 'Plan', team });
			const common = await ann.create('documents', { title: 'Ours', team: shared });
			check('members write', made.ok && common.ok);
			check('members list theirs', (await ann.list('documents')).items.length === 2);
			const seen = (await bob.list('documents')).items.map(({ id }) => id);
			check('of their teams alone', seen.join() === common.id);
			check('not by id', !(await bob.view('documents', made.id)).ok);
			check('visitors see none', (await visitor.list('documents')).items.length === 0);
			check('not into other teams', !(await bob.create('documents', { title: 'x', team })).ok);
			check('others do not change', !(await bob.update('documents', made.id, { title: 'x' })).ok);
			check('others do not delete', !(await bob.remove('documents', made.id)).ok);
			check('it stays in its team', !(await ann.update('documents', common.id, { team })).ok);
			check('members change', (await bob.update('documents', common.id, { title: 'y' })).ok);
			check('members delete', (await bob.remove('documents', common.id)).ok);
		},
	},
	{
		id: 'rooms-by-invitation',
		group: 'membership rules',
		prompt:
			'"rooms" and "memberships" (a room and a user) are there; we hand memberships out ourselves. Add "messages": a text, the room and the author, all required. Who is a member of a room reads its messages and writes there in their own name. Messages are neither changed nor deleted.',
		start: rooms,
		solution: messages(chat),
		wrong: {
			'members of any room read': messages({
				...chat,
				...read(`${signedIn} && @collection.memberships.user ?= @request.auth.id`),
			}),
			'written into any room': messages({ ...chat, create: asMyself('author') }),
			'in the name of another member': messages({ ...chat, create: inRoom }),
		},
		async grade(world) {
			const { as, idOf, check } = world;
			const [ann, bob, cara] = [as('ann'), as('bob'), as('cara')];
			const [annId, bobId] = [await idOf('ann'), await idOf('bob')];
			const room = await put(world, 'rooms', { name: 'one' });
			const other = await put(world, 'rooms', { name: 'two' });
			await put(world, 'memberships', { room, user: annId });
			await put(world, 'memberships', { room: other, user: bobId });
			const made = await ann.create('messages', { text: 'hi', room, author: annId });
			check('a member writes', made.ok);
			check('and reads', (await ann.list('messages')).items.length === 1);
			for (const client of [bob, cara, as('anonymous')]) {
				check('others list none', (await client.list('messages')).items.length === 0);
				check('others open none', !(await client.view('messages', made.id)).ok);
			}
			const strange = { text: 'x', room, author: bobId };
			check('others do not write there', !(await bob.create('messages', strange)).ok);
			check('not for others', !(await ann.create('messages', strange)).ok);
			await put(world, 'memberships', { room, user: bobId });
			check('a new member reads', (await bob.view('messages', made.id)).ok);
			check('in their own name', !(await bob.create('messages', { ...strange, author: annId })).ok);
			check('unchanged', !(await ann.update('messages', made.id, { text: 'x' })).ok);
			check('not deleted', !(await ann.remove('messages', made.id)).ok);
		},
	},
	{
		id: 'editors-of-projects',
		group: 'membership rules',
		prompt:
			'"projects" and "memberships" (project, user, role viewer or editor) are there. Add "tasks": a title and the project (required). Members of a project see its tasks. Its editors add, change and delete them; viewers do not. A task stays in its project.',
		start: projects,
		solution: tasks(planned),
		wrong: {
			'viewers write': tasks({
				...planned,
				create: inProject,
				update: `${inProject} && ${stays('project')}`,
			}),
			'an editor of any project writes': tasks({
				...planned,
				...Object.fromEntries(
					['create', 'update', 'delete'].map((action) => [
						action,
						`${member('@collection.memberships.user')} && @collection.memberships.role ?= "editor"`,
					]),
				),
			}),
			'a viewer writes where somebody is editor': tasks({
				...planned,
				create: `${inProject} && @collection.memberships.project ?= project && @collection.memberships.role ?= "editor"`,
			}),
		},
		async grade(world) {
			const { as, idOf, check } = world;
			const [ann, bob, cara] = [as('ann'), as('bob'), as('cara')];
			const project = await put(world, 'projects', { name: 'one' });
			const other = await put(world, 'projects', { name: 'two' });
			const roles = [
				[project, 'ann', 'editor'],
				[project, 'bob', 'viewer'],
				[other, 'bob', 'editor'],
			] as const;
			for (const [project, who, role] of roles)
				await put(world, 'memberships', { project, user: await idOf(who), role });
			const made = await ann.create('tasks', { title: 'a', project });
			check('an editor adds', made.ok);
			check('a viewer sees', (await bob.list('tasks')).items.length === 1);
			check('others see none', (await cara.list('tasks')).items.length === 0);
			check('others open none', !(await cara.view('tasks', made.id)).ok);
			check('a viewer does not add', !(await bob.create('tasks', { title: 'x', project })).ok);
			check('nor change', !(await bob.update('tasks', made.id, { title: 'x' })).ok);
			check('nor delete', !(await bob.remove('tasks', made.id)).ok);
			const theirs = await bob.create('tasks', { title: 'b', project: other });
			check('but where they are editor', theirs.ok);
			check('others do not add', !(await cara.create('tasks', { title: 'x', project })).ok);
			check('it stays', !(await bob.update('tasks', theirs.id, { project })).ok);
			check('an editor changes', (await ann.update('tasks', made.id, { title: 'c' })).ok);
			check('an editor deletes', (await ann.remove('tasks', made.id)).ok);
		},
	},
	{
		id: 'clubs-that-invite',
		group: 'membership rules',
		prompt:
			'Clubs! "clubs" have a name, an owner (a relation to users, required) and members (relations to users). People found a club in their own name and decide who is a member. Members and the owner see the club, others do not know of it. Members change nothing; the owner stays the owner and can delete the club.',
		solution: clubs(club),
		wrong: {
			'members invite': clubs({
				...club,
				update: `${signedIn} && (owner = @request.auth.id || members.id ?= @request.auth.id) && ${stays('owner')}`,
			}),
			'everybody sees clubs': clubs({ ...club, ...read(signedIn) }),
			'members see nothing': clubs({ ...club, ...read(isMine('owner')) }),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob, cara] = [as('ann'), as('bob'), as('cara')];
			const [annId, bobId, caraId] = [await idOf('ann'), await idOf('bob'), await idOf('cara')];
			const club = await ann.create('clubs', { name: 'Chess', owner: annId });
			check('a club is founded', club.ok);
			check('not for others', !(await bob.create('clubs', { name: 'x', owner: annId })).ok);
			check('others do not see it', !(await bob.view('clubs', club.id)).ok);
			const joins = { members: [bobId, caraId] };
			check('nobody lets themselves in', !(await bob.update('clubs', club.id, joins)).ok);
			check('the owner invites', (await ann.update('clubs', club.id, { members: [bobId] })).ok);
			check('a member sees it', (await bob.list('clubs')).items.length === 1);
			check('others still do not', (await cara.list('clubs')).items.length === 0);
			check('visitors do not', (await as('anonymous').list('clubs')).items.length === 0);
			check('a member does not invite', !(await bob.update('clubs', club.id, joins)).ok);
			check('a member does not delete', !(await bob.remove('clubs', club.id)).ok);
			check('the owner stays', !(await ann.update('clubs', club.id, { owner: bobId })).ok);
			check('the owner deletes', (await ann.remove('clubs', club.id)).ok);
		},
	},
	{
		id: 'homework-of-courses',
		group: 'membership rules',
		prompt:
			'A school has "courses" with a teacher and students. Add "homework": a text, the course and the student, all required. Students hand in for courses they attend, in their own name. It is seen by who handed it in and by the teacher of the course, and by no other student. Nothing is changed or deleted.',
		start: courses,
		solution: work(handedIn),
		wrong: {
			'fellow students read it': work({
				...handedIn,
				...read(
					`${signedIn} && (course.students.id ?= @request.auth.id || course.teacher = @request.auth.id)`,
				),
			}),
			'handed in without attending': work({ ...handedIn, create: asMyself('student') }),
			'the teacher sees nothing': work({ ...handedIn, ...read(isMine('student')) }),
		},
		async grade(world) {
			const { as, idOf, check } = world;
			const [ann, bob, cara] = [as('ann'), as('bob'), as('cara')];
			const [annId, bobId, teacher] = [await idOf('ann'), await idOf('bob'), await idOf('cara')];
			const students = [annId, bobId];
			const course = await put(world, 'courses', { title: 'Art', teacher, students });
			const other = await put(world, 'courses', {
				title: 'Law',
				teacher: bobId,
				students: [bobId],
			});
			const made = await ann.create('homework', { text: 'a', course, student: annId });
			check('a student hands in', made.ok);
			check('sees it', (await ann.list('homework')).items.length === 1);
			check('the teacher sees it', (await cara.list('homework')).items.length === 1);
			check('fellow students do not', (await bob.list('homework')).items.length === 0);
			check('not by its id', !(await bob.view('homework', made.id)).ok);
			check('visitors do not', (await as('anonymous').list('homework')).items.length === 0);
			const alien = { text: 'x', course: other, student: annId };
			check('not for other courses', !(await ann.create('homework', alien)).ok);
			const forged = { text: 'x', course, student: annId };
			check('not for other students', !(await bob.create('homework', forged)).ok);
			check('unchanged', !(await ann.update('homework', made.id, { text: 'x' })).ok);
			check('not deleted', !(await cara.remove('homework', made.id)).ok);
		},
	},
];
