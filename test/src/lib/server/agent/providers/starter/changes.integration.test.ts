import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipes } from '#lib/server/agent/providers/starter/recipes/index.ts';
import { openStarterBench, outcomes, twoAtATime, type StarterBench } from './bench.ts';
import { stories } from './stories.ts';

const allPass = [
	...['compile', 'types', 'usage', 'schema', 'rules'].map((name) => [name, 'pass', []]),
	['boot', 'not_run', []],
];

/** Follow-ups on recipes, by the words of a person: the app still passes its checks, and has what was asked for. */
describe('follow-ups', () => {
	let bench: StarterBench;
	beforeAll(async () => {
		bench = await openStarterBench({ boot: false });
	});
	afterAll(() => bench.close());

	it.concurrent.each(stories)(
		'$name',
		(story) =>
			twoAtATime(async () => {
				const recipe = recipes.find(({ name }) => name === story.name);
				if (!recipe) throw new Error(`no recipe ${story.name}`);
				const slug = await bench.make(recipe, story.prompt);
				const ann = await bench.person(slug, 'ann@example.test', { name: 'Ann' });
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
});
