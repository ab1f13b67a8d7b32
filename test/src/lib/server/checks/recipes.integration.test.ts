import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipes } from '#lib/server/agent/providers/starter/recipes/index.ts';
import { checkBench, hasChromium, type CheckBench } from './bench.ts';

describe.skipIf(!hasChromium)('the starter', () => {
	let bench: CheckBench;
	beforeAll(async () => {
		bench = await checkBench();
	});
	afterAll(() => bench.close());

	it.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
		'%s passes every check',
		async (name, recipe) => {
			const { schema, files } = recipe.build({
				title: "Ann's <things>",
				question: undefined,
				options: [],
				item: 'thing',
			});
			await bench.make(name, {
				schema,
				files: Object.fromEntries(files.map(({ path, text }) => [path, text])),
			});
			const results = await bench.check(name);
			expect(results.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
		},
	);
});
