import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docs, docTopics } from '#lib/server/agent/tools/docs/index.ts';
import { checkRule } from '#lib/server/backends.ts';
import { blogSchema } from './apps.ts';
import { checkBench, type CheckBench } from './bench.ts';

interface Sample {
	readonly language: string;
	readonly facts: Readonly<Record<string, string>>;
	readonly code: string;
}

/** The fenced samples of a page: ```svelte file=src/lib/Card.svelte */
const samplesOf = (text: string): readonly Sample[] =>
	[...text.matchAll(/^```(\w+)(.*)\n([\s\S]*?)^```$/gm)].map(
		([, language = '', words = '', code = '']) => ({
			language,
			facts: Object.fromEntries(
				[...words.matchAll(/(\w+)=(\S+)/g)].map(([, k = '', v = '']) => [k, v]),
			),
			code,
		}),
	);

describe('help pages', () => {
	let bench: CheckBench;
	beforeAll(async () => {
		bench = await checkBench({ headless: false });
	});
	afterAll(() => bench.close());

	it.each(docTopics)('%s: every sample compiles, fits its types and collections', async (topic) => {
		const samples = samplesOf(docs[topic]);
		expect(samples.length).toBeGreaterThan(0);
		const slug = `docs${topic.replace('$', '')}`;
		const files: Record<string, string> = {};
		const roots: string[] = [];
		for (const [index, { language, facts, code }] of samples.entries()) {
			const ending = { svelte: 'svelte', ts: 'ts', css: 'css' }[language];
			if (ending === undefined) continue;
			const path = facts['file'] ?? (ending === 'css' ? 'src/app.css' : `src/S${index}.${ending}`);
			files[path] = code;
			if (ending !== 'css') roots.push(path);
		}
		files['src/lib/logo.svg'] = '<svg xmlns="http://www.w3.org/2000/svg"/>';
		const imports = roots.map((path, index) => {
			const from = `./${path.slice('src/'.length)}`;
			return path.endsWith('.svelte') ? `import S${index} from '${from}';` : `import '${from}';`;
		});
		files['src/App.svelte'] = `<script lang="ts">\n${imports.join('\n')}\n</script>\n`;
		await bench.make(slug, { schema: blogSchema, files });
		const results = await bench.check(slug);
		const faults = results
			.filter(({ name }) => ['compile', 'types', 'usage'].includes(name))
			.filter(({ outcome }) => outcome !== 'pass');
		expect(faults).toEqual([]);

		const { catalog, now } = bench.backend(slug).app;
		for (const { language, facts, code } of samples) {
			if (language !== 'rule') continue;
			const collection = catalog.find(facts['collection'] ?? '');
			expect(collection, facts['collection']).toBeDefined();
			expect(checkRule(catalog, collection!, code.trim(), now())).toBeUndefined();
		}
	});

	it('a sample that is wrong is found', async () => {
		await bench.make('docswrong', {
			schema: blogSchema,
			files: {
				'src/App.svelte': docs.svelte5
					.match(/```svelte\n([\s\S]*?)```/)![1]!
					.replace('item.label}', 'item.lable}'),
			},
		});
		const types = (await bench.check('docswrong')).find(({ name }) => name === 'types');
		expect(types?.problems).toMatchObject([{ path: 'src/App.svelte', code: 'ts2551' }]);
	});
});
