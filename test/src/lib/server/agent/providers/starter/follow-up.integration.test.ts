import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStarterBench, type StarterBench } from './bench.ts';
import { declined } from './sentences.ts';

/** What the starter does not do, and what a person does not agree to, leaves the app as it was. */
describe('follow-ups that change nothing', () => {
	let bench: StarterBench;
	let slug: string;
	beforeAll(async () => {
		bench = await openStarterBench({ boot: false });
		slug = await bench.app();
		expect((await bench.turn(slug, 'a to-do list')).reason).toBe('done');
	});
	afterAll(() => bench.close());

	const rules = () =>
		bench.installation.runtime.backends.use(slug, 'draft', ({ app }) => {
			const todos = app.catalog.find('todos');
			return Promise.resolve([todos?.listRule, todos?.fields.map(({ name }) => name)]);
		});
	async function leftAlone(text: string, accept = true): Promise<readonly string[]> {
		const before = [await bench.files(slug), await rules()];
		const turn = await bench.turn(slug, text, accept);
		expect(turn.reason).toBe('done');
		expect([await bench.files(slug), await rules()]).toEqual(before);
		expect(turn.card?.notDone).toHaveLength(1);
		const said = turn.events.map((event) => (event.type === 'text' ? event.delta : '')).join('');
		expect(said).toMatch(/no AI/);
		expect(said).toMatch(/I can add, rename or remove a field/);
		return turn.card?.notDone ?? [];
	}

	it.each(declined)('%s', async (text) => {
		expect((await leftAlone(text))[0]).toContain('I do not understand it');
	});

	it.each([
		['add a phone number to customers', 'there is no table "customers"'],
		['add a title to tasks', 'has a field "title" already'],
		['remove the budget', 'there is no field "budget"'],
		['remove the title', 'does more with "title"'],
		['remove the owner', 'the rules need it'],
		['replace "Nowhere" with "Here"', 'the page has no text "Nowhere"'],
		['everybody may delete tasks', 'belongs to somebody'],
		['only the owner may delete tasks', 'it is like that already'],
		['rename done to finished', 'in a way I do not know'],
	])('%s', async (text, why) => {
		expect((await leftAlone(text))[0]).toContain(why);
	});

	it('a change that the person declines', async () => {
		const [line] = await leftAlone('everybody may read tasks', false);
		expect(line).toContain('The person declined this change');
	});

	it('a field with something in it goes only with a click', async () => {
		const ann = await bench.person(slug, 'ann@example.test');
		await bench.turn(slug, 'add a colour to tasks');
		const body = { title: 'A', colour: 'red', owner: ann.id };
		await bench.api(slug, 'POST', 'todos/records', { token: ann.token, body });
		const kept = await bench.turn(slug, 'remove the colour', false);
		expect(kept.asked).toEqual(['Delete data?']);
		expect(await bench.file(slug, 'src/lib/TodoList.svelte')).toContain('todo.colour');
		const gone = await bench.turn(slug, 'remove the colour');
		expect([gone.reason, gone.asked]).toEqual(['done', ['Delete data?']]);
		expect(await bench.file(slug, 'src/lib/TodoList.svelte')).not.toContain('colour');
	});

	it('what fails its checks is taken back, in the files and in the table', async () => {
		const path = 'src/lib/extra.ts';
		const text =
			"import type { TodosRecord } from '$data';\n\nexport const key: keyof TodosRecord = 'title';\n";
		await bench.installation.runtime.workspace(slug).write(path, text);
		const before = await bench.files(slug);
		const turn = await bench.turn(slug, 'rename the field title to label');
		expect(turn.reason).toBe('done');
		expect(turn.card?.notDone[0]).toContain('a check failed with it');
		expect(await bench.files(slug)).toEqual(before);
		expect(JSON.stringify(await rules())).toContain('"title"');
	});
});
