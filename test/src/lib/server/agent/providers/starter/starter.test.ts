import { compile } from 'svelte/compiler';
import { describe, expect, it } from 'vitest';
import { schemaChange } from '#lib/contracts/index.ts';
import { createProvider, type AgentRun } from '#lib/server/agent/index.ts';
import { chooseRecipe } from '#lib/server/agent/providers/starter/choose.ts';
import { namesIn } from '#lib/server/agent/providers/starter/names.ts';
import { recipes } from '#lib/server/agent/providers/starter/recipes/index.ts';
import { recipes as offered } from '#lib/studio/apps/recipes.ts';
import { playProvider } from '../../support/play.ts';

const starter = createProvider(
	{ provider: 'starter', baseUrl: '', model: '', apiKey: undefined },
	() => Promise.reject(new Error('the starter asks nobody')),
);
const build = (
	text: string,
	files: Readonly<Record<string, string>> = {},
	run: Partial<AgentRun> = {},
) => playProvider(starter, { text, files, run });

const prompts = [
	['A guestbook for our wedding', 'guestbook', 'Wedding guestbook', 'entries'],
	['I want a to-do list for my team', 'todo', 'Team to-dos', 'todos'],
	['A poll: where do we eat, pizza, pasta or sushi?', 'poll', 'Where do we eat?', 'votes'],
	['Make a notes app called "Field Notes"', 'notes', 'Field Notes', 'notes'],
] as const;

describe('the starter builds an app', () => {
	it.each(prompts)('%s', async (text, name, title, collection) => {
		const { outcome, workspace, schema, log } = await build(text);
		expect(outcome.reason).toBe('done');
		expect(chooseRecipe(text).recipe.name).toBe(name);
		expect([...workspace.files.values()].join('\n')).toContain(JSON.stringify(title));
		expect([...schema.collections.keys()]).toEqual([collection]);
		expect(outcome.card.evidence.map(({ outcome: result }) => result)).toEqual([
			'pass',
			'pass',
			'not_run',
		]);
		expect(log.of('tool_finished').map(({ name: tool }) => tool)).toEqual([
			'list',
			'schema_plan',
			'schema_apply',
			...[...workspace.files.keys()].map(() => 'write'),
			'check',
			'done',
		]);
		expect(log.text).toMatch(/no AI/);
		expect(log.text).toMatch(/Settings → Model/);
		expect(log.events[0]).toMatchObject({ provider: 'starter' });
	});

	it('says so when nothing fits', async () => {
		const { outcome, workspace, log } = await build('Simulate the weather on Mars');
		expect(outcome.reason).toBe('done');
		expect(log.text).toMatch(/None of them fits your words/);
		expect(workspace.files.get('src/App.svelte')).toContain('Guestbook');
	});

	it('never writes over an app that is there', async () => {
		const files = { 'src/App.svelte': '<h1>Mine</h1>\n', 'AGENTS.md': 'x' };
		const { outcome, workspace, schema, log } = await build('Add a poll', files);
		expect(outcome.reason).toBe('done');
		expect(Object.fromEntries(workspace.files)).toEqual(files);
		expect(schema.applied).toEqual([]);
		expect(outcome.card.notDone).toEqual(['"Add a poll": I do not understand it']);
		expect(log.text).toMatch(/I changed nothing/);
	});

	it('builds beside a rules file and design', async () => {
		const { workspace } = await build('a guestbook', { 'AGENTS.md': 'x', 'app.json': '{}' });
		expect(workspace.files.has('src/App.svelte')).toBe(true);
	});

	it('with its calls not executed it changes nothing', async () => {
		const { workspace, schema, outcome } = await build(
			'a guestbook',
			{},
			{
				runTool: async (call) => ({ ok: true, text: `stub of ${call.name}`, summary: 'stub' }),
				limits: { steps: 20 },
			},
		);
		expect(workspace.files.size).toBe(0);
		expect(schema.applied).toEqual([]);
		expect(outcome.card.done).toEqual([]);
	});

	it('ends in plain words when the collections cannot be made', async () => {
		const { outcome, workspace } = await playProvider(starter, {
			text: 'a guestbook',
			prepare: ({ schema }) => schema.collections.set('entries', { name: 'entries', fields: [] }),
		});
		expect(outcome.reason).toBe('done');
		expect(outcome.card.done).toEqual(['The app was not built']);
		expect(outcome.card.notDone[0]).toContain('The table entries exists already');
		expect(workspace.files.size).toBe(0);
	});

	it('stops with red checks rather than call it done', async () => {
		const { outcome } = await playProvider(starter, {
			text: 'a guestbook',
			prepare: ({ workspace }) => workspace.files.set('lib/Broken.svelte', '{#if'),
		});
		expect(outcome.reason).toBe('checks_failing');
	});
});

describe('recipes', () => {
	const nasty = {
		title: `A "b" </script><script>alert(1)</script> {x} \u2028 $& '`,
		question: `Why "not" {@html x} </script>?`,
		options: ['</script>', '"quoted"', "it's {x}"],
		item: 'task',
	};

	it.each(recipes)('$name: compiles without a warning, whatever the names are', (recipe) => {
		const { files, schema } = recipe.build(nasty);
		expect(schemaChange.safeParse(schema).error).toBeUndefined();
		expect(files.some(({ path }) => path === 'src/App.svelte')).toBe(true);
		for (const { path, text } of files) {
			if (!path.endsWith('.svelte')) continue;
			const { warnings, js } = compile(text, { filename: path, generate: 'client' });
			expect(warnings.map(({ code }) => `${path}: ${code}`)).toEqual([]);
			// Runes mode: without a rune Svelte would fall back to the old one.
			expect(js.code).not.toContain('flags/legacy');
			expect(text.match(/<script/g)).toHaveLength(1);
			expect(text.match(/<\/script/g)).toHaveLength(1);
		}
	});

	it.each(recipes)(
		'$name: uses only the collections it makes, and imports what exists',
		(recipe) => {
			const { files, schema } = recipe.build(nasty);
			const made = (schema.create ?? []).map(({ name }) => name);
			const used = new Set<string>();
			for (const { path, text } of files) {
				for (const [, name] of text.matchAll(/\bdata\.(\w+)\./g)) used.add(name ?? '');
				for (const [, target = ''] of text.matchAll(/from '([^']+)'/g)) {
					if (['svelte', '$data', '$auth'].includes(target)) continue;
					const resolved = new URL(target, `file:///${path}`).pathname.slice(1);
					expect(files.map((file) => file.path)).toContain(resolved);
				}
			}
			expect([...used]).toEqual(made);
		},
	);

	it.each(recipes)('$name: opens nothing that is not meant to be open', (recipe) => {
		for (const { rules, fields } of recipe.build(nasty).schema.create ?? []) {
			const owned = fields.some((field) => field.name === 'owner');
			for (const name of ['update', 'delete'] as const) {
				const rule = rules?.[name] ?? null;
				if (rule !== null)
					expect(rule).toMatch(/^@request\.auth\.id != "" && owner = @request\.auth\.id/);
				if (!owned) expect(rule).toBeNull();
			}
			if (owned)
				expect(rules?.create).toMatch(
					/^@request\.auth\.id != "" && @request\.body\.owner = @request\.auth\.id/,
				);
			for (const field of fields) if (field.type === 'text') expect(field.max).toBeGreaterThan(0);
		}
	});
});

describe('words of a request', () => {
	const choices = [
		['A gästebuch for the party', 'guestbook', true],
		['visitors can leave a message on a wall', 'guestbook', true],
		['something to track chores', 'todo', true],
		['shopping list', 'todo', true],
		['vote on the next movie', 'poll', true],
		['Which color? red, green, blue', 'poll', true],
		['a private diary', 'notes', true],
		['a place for my ideas', 'notes', true],
		['kanban for the team', 'kanban', true],
		['something like Trello', 'kanban', true],
		['track my daily habits', 'habits', true],
		['where does my money go', 'expenses', true],
		['collect feature requests', 'feedback', true],
		['a chat for friends', 'chat', true],
		['who is coming to the dinner', 'rsvp', true],
		['our family recipes', 'cookbook', true],
		['a reading list of articles', 'links', true],
		['what is in stock', 'inventory', true],
		['contact list of the staff', 'directory', true],
		['a coming soon page', 'waitlist', true],
		['a CRM with invoices', 'guestbook', false],
	] as const;
	it.each(choices)('%s -> %s', (text, name, fits) => {
		const choice = chooseRecipe(text);
		expect([choice.recipe.name, choice.fits]).toEqual([name, fits]);
	});

	it('each of the words that the studio offers builds another recipe', () => {
		const chosen = offered.map(({ prompt }) => chooseRecipe(prompt));
		expect(chosen.map(({ recipe }) => recipe.name)).toEqual(recipes.map(({ name }) => name));
		expect(chosen.every(({ fits }) => fits)).toBe(true);
	});

	const titles = [
		['a guestbook called Birthday Wishes for my sister', 'Birthday Wishes for my sister'],
		['a guestbook called "Birthday Wishes" for my sister', 'Birthday Wishes'],
		['a guestbook named Ada where friends write', 'Ada'],
		['a guestbook for the summer party', 'Summer party guestbook'],
		['a guestbook for everyone', 'Guestbook'],
		['“Our Wall”: a guestbook', 'Our Wall'],
		['guestbook', 'Guestbook'],
	] as const;
	it.each(titles)('title: %s', (text, title) => {
		expect(namesIn(text, chooseRecipe(text).recipe).title).toBe(title);
	});

	const polls = [
		['poll: Alien, Dune, Heat', undefined, ['Alien', 'Dune', 'Heat']],
		[
			'a poll, which day suits? Monday, Tuesday or Friday',
			'Which day suits?',
			['Monday', 'Tuesday', 'Friday'],
		],
		['Should we meet? A poll with options yes, no', 'Should we meet?', ['Yes', 'No']],
		['a poll between cats and dogs', undefined, ['Cats', 'Dogs']],
		['a poll', undefined, []],
		['poll: same, same', undefined, []],
	] as const;
	it.each(polls)('poll: %s', (text, question, options) => {
		const names = namesIn(text, chooseRecipe(text).recipe);
		expect([names.question, names.options]).toEqual([question, options]);
	});

	it('never takes long, whatever the request is', () => {
		for (const text of [
			'for '.repeat(5000),
			'"'.repeat(20_000),
			'or '.repeat(6000),
			', '.repeat(9000),
		])
			expect(namesIn(text, recipes[0]).title.length).toBeLessThanOrEqual(60);
	});
});
