import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipes } from '#lib/server/agent/providers/starter/recipes/index.ts';
import { tryAccess } from './access.ts';
import { hasChromium, openStarterBench, outcomes, twoAtATime, type StarterBench } from './bench.ts';
import { stories } from './stories.ts';

const names = ['compile', 'types', 'usage', 'schema', 'rules'];
const allPass = [
	...names.map((name) => [name, 'pass', []]),
	['boot', hasChromium ? 'pass' : 'not_run', []],
];

/** The starter on a real installation: real checks, real requests, every recipe from an empty app. */
describe('recipes', () => {
	let bench: StarterBench;
	beforeAll(async () => {
		bench = await openStarterBench();
	});
	afterAll(() => bench.close());

	it('all of them are told here', () => {
		expect(stories.map(({ name }) => name)).toEqual(recipes.map(({ name }) => name));
		expect(recipes.length).toBeGreaterThanOrEqual(12);
	});

	it.concurrent.each(stories)(
		'$name',
		(story) =>
			twoAtATime(async () => {
				const slug = await bench.app();
				const built = await bench.turn(slug, story.prompt);
				expect([built.reason, outcomes(built)]).toEqual(['done', allPass]);
				const ann = await bench.person(slug, 'ann@example.test', { name: 'Ann' });
				const eve = await bench.person(slug, 'eve@example.test', { name: 'Eve' });
				for (const table of story.tables) await tryAccess(bench, slug, table, { ann, eve });
			}),
		120_000,
	);

	const recipe = (name: string) =>
		recipes.find((each) => each.name === name) ?? expect.fail(`no recipe ${name}`);

	it('a tick belongs to a habit of the same person, once a day', async () => {
		const slug = await bench.make(recipe('habits'), '');
		const ann = await bench.person(slug, 'ann@example.test');
		const eve = await bench.person(slug, 'eve@example.test');
		const habit = await bench.api(slug, 'POST', 'habits/records', {
			token: ann.token,
			body: { name: 'Run', owner: ann.id },
		});
		const tick = async (who: typeof ann, day: string) => {
			const body = { habit: habit.body['id'], day, owner: who.id };
			return (await bench.api(slug, 'POST', 'ticks/records', { token: who.token, body })).status;
		};
		expect(await tick(ann, '2030-01-31')).toBe(200);
		expect(await tick(ann, '2030-01-31')).toBe(400);
		expect(await tick(ann, 'someday')).toBe(400);
		expect(await tick(eve, '2030-01-30')).toBe(400);
	});

	it('each person has one vote for an idea', async () => {
		const slug = await bench.make(recipe('feedback'), '');
		const ann = await bench.person(slug, 'ann@example.test');
		const eve = await bench.person(slug, 'eve@example.test');
		const send = (path: string, { token }: typeof ann, body: unknown) =>
			bench.api(slug, 'POST', path, { token, body });
		const idea = await send('ideas/records', ann, { title: 'A', owner: ann.id });
		const vote = async (who: typeof ann, owner: string) =>
			(await send('votes/records', who, { idea: idea.body['id'], owner })).status;
		expect(await vote(ann, ann.id)).toBe(200);
		expect(await vote(ann, ann.id)).toBe(400);
		expect(await vote(ann, eve.id)).toBe(400);
		expect(await vote(eve, eve.id)).toBe(200);
	});

	it('nobody chats under the name of somebody else', async () => {
		const slug = await bench.make(recipe('chat'), '');
		const ann = await bench.person(slug, 'ann@example.test', { name: 'Ann' });
		const say = async (name: string) => {
			const body = { text: 'Hi', name, owner: ann.id };
			return (await bench.api(slug, 'POST', 'messages/records', { token: ann.token, body })).status;
		};
		expect(await say('Ann')).toBe(200);
		expect(await say('Eve')).toBe(400);
	});
});
