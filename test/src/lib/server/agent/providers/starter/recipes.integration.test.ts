import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipes } from '#lib/server/agent/providers/starter/recipes/index.ts';
import { tryAccess } from './access.ts';
import { hasChromium, openStarterBench, type StarterBench, type Turn } from './bench.ts';
import { stories } from './stories.ts';

const names = ['compile', 'types', 'usage', 'schema', 'rules'];
const outcomes = ({ checks }: Turn): unknown =>
	checks.map(({ name, outcome, problems }) => [name, outcome, problems]);
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

	/** Two at a time: more would only wait for each other. */
	let free = 2;
	const waiting: (() => void)[] = [];
	async function inTurn(work: () => Promise<void>): Promise<void> {
		if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
		else free -= 1;
		try {
			await work();
		} finally {
			const next = waiting.shift();
			if (next) next();
			else free += 1;
		}
	}

	it('all of them are told here', () => {
		expect(stories.map(({ name }) => name)).toEqual(recipes.map(({ name }) => name));
		expect(recipes.length).toBeGreaterThanOrEqual(12);
	});

	it.concurrent.each(stories)(
		'$name',
		(story) =>
			inTurn(async () => {
				const slug = await bench.app();
				const built = await bench.turn(slug, story.prompt);
				expect([built.reason, outcomes(built)]).toEqual(['done', allPass]);
				const ann = await bench.person(slug, 'ann@example.test', { name: 'Ann' });
				const eve = await bench.person(slug, 'eve@example.test', { name: 'Eve' });
				for (const table of story.tables) await tryAccess(bench, slug, table, { ann, eve });
				for (const [text, verify] of story.followUps) {
					const turn = await bench.turn(slug, text);
					expect([text, turn.reason, turn.card?.notDone, outcomes(turn)]).toEqual([
						text,
						'done',
						[],
						allPass,
					]);
					await verify({ bench, slug, ann }, turn);
				}
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
