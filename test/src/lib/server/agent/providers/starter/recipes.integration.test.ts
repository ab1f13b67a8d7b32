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

	it('a tick belongs to a habit of the same person, and a vote is given once', async () => {
		const slug = await bench.app();
		await bench.turn(slug, 'habits');
		const ann = await bench.person(slug, 'ann@example.test');
		const eve = await bench.person(slug, 'eve@example.test');
		const habit = await bench.api(slug, 'POST', 'habits/records', {
			token: ann.token,
			body: { name: 'Run', owner: ann.id },
		});
		const tick = (who: typeof ann, day: string) =>
			bench.api(slug, 'POST', 'ticks/records', {
				token: who.token,
				body: { habit: habit.body['id'], day, owner: who.id },
			});
		expect((await tick(ann, '2030-01-31')).status).toBe(200);
		expect((await tick(ann, '2030-01-31')).status).toBe(400);
		expect((await tick(ann, 'someday')).status).toBe(400);
		expect((await tick(eve, '2030-01-30')).status).toBe(400);
	});

	it('nobody chats under the name of somebody else', async () => {
		const slug = await bench.app();
		await bench.turn(slug, 'a chat room');
		const ann = await bench.person(slug, 'ann@example.test', { name: 'Ann' });
		const say = (name: string) =>
			bench.api(slug, 'POST', 'messages/records', {
				token: ann.token,
				body: { text: 'Hi', name, owner: ann.id },
			});
		expect((await say('Ann')).status).toBe(200);
		expect((await say('Eve')).status).toBe(400);
	});
});
