import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipes } from '#lib/server/agent/providers/starter/recipes/index.ts';
import { checkBench, type CheckBench } from './bench.ts';

/** Titles that mean something in markup and in code. The recipes in a browser are in `starter/`. */
describe('the starter, with an odd title', () => {
	let bench: CheckBench;
	beforeAll(async () => {
		bench = await checkBench({ headless: false });
	});
	afterAll(() => bench.close());

	it.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
		'%s passes every check of its source and rules',
		async (name, recipe) => {
			const { schema, files } = recipe.build({
				title: "Ann's <things> {and} `more`",
				question: undefined,
				options: [],
				item: 'thing',
			});
			await bench.make(name, {
				schema,
				files: Object.fromEntries(files.map(({ path, text }) => [path, text])),
			});
			const results = await bench.check(name);
			expect(results.filter(({ outcome }) => outcome !== 'pass').map(({ name }) => name)).toEqual([
				'boot',
			]);
		},
	);
});
