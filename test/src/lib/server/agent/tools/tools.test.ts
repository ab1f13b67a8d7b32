import { describe, expect, it } from 'vitest';
import { TinykitError } from '#lib/contracts/index.ts';
import { toolDefinitions, toolSpecs } from '#lib/server/agent/tools/index.ts';
import { callTitle, runTool } from '#lib/server/agent/tools/run-tool.ts';
import { globalPrompt } from '#lib/server/agent/prompt/index.ts';
import { lint } from '../../../../../fixtures/messages-server/index.ts';
import { createToolBench } from '../support/tools.ts';

const big = Array.from({ length: 4000 }, (_, index) => `line ${index + 1}`).join('\n');
const app = 'src/App.svelte';

describe('list, read, grep', () => {
	it('lists files, and says when there are none', async () => {
		expect((await createToolBench().call('list')).text).toBe('The app has no files yet.');
		const { text } = await createToolBench({ 'b.txt': 'b', 'a.txt': 'aa' }).call('list');
		expect(text).toBe('a.txt (2 bytes)\nb.txt (1 bytes)');
	});

	const reads = [
		['a whole file', { path: 'a' }, { a: 'x\ny\n' }, true, '1|x\n2|y'],
		[
			'a range',
			{ path: 'a', from: 2, to: 2 },
			{ a: 'x\ny\nz' },
			true,
			'2|y\n[lines 2 to 2 of 3; read on with from: 3]',
		],
		['an empty file', { path: 'a' }, { a: '' }, true, 'a is empty.'],
		['past the end', { path: 'a', from: 9 }, { a: 'x' }, false, 'a has only 1 line.'],
		[
			'a range that ends before it begins',
			{ path: 'a', from: 2, to: 1 },
			{ a: 'x\ny' },
			false,
			'`to` lies before `from`.',
		],
		['a missing file', { path: 'b' }, { a: 'x' }, false, 'There is no such file. [file_not_found]'],
		[
			'a path outside',
			{ path: '../b' },
			{},
			false,
			'This file name is not allowed. [path_invalid]',
		],
	] as const;
	it.each(reads)('reads %s', async (_name, input, files, ok, text) => {
		expect(await createToolBench(files).call('read', input)).toMatchObject({ ok, text });
	});

	it('reads a long file in parts', async () => {
		const { text } = await createToolBench({ a: big }).call('read', { path: 'a' });
		expect(text.split('\n')).toHaveLength(1501);
		expect(text).toMatch(/\[lines 1 to 1500 of 4000; read on with from: 1501\]$/);
		const wide = 'x'.repeat(200_000);
		const cut = await createToolBench({ a: `${wide}\n${wide}` }).call('read', { path: 'a' });
		expect(cut.text.length).toBeLessThan(61_000);
	});

	const greps = [
		['literal text', { query: 'a.b' }, 'x:1|a.b'],
		['a pattern', { query: '^a.b$', pattern: true }, 'x:1|a.b\nx:2|aXb'],
		['any case', { query: 'AXB', ignoreCase: true }, 'x:2|aXb'],
		['a pattern in any case', { query: 'A[x]B', pattern: true, ignoreCase: true }, 'x:2|aXb'],
		['under a folder', { query: 'a', under: 'sub/' }, 'sub/y:1|a'],
		['nothing', { query: 'zzz' }, 'Not found in 2 files.'],
	] as const;
	it.each(greps)('greps %s', async (_name, input, text) => {
		const bench = createToolBench({ x: 'a.b\naXb', 'sub/y': 'a' });
		expect(await bench.call('grep', input)).toMatchObject({ ok: true, text });
	});

	it('cuts what grep finds, refuses a pattern it cannot run, and no pattern stalls it', async () => {
		const bench = createToolBench({ a: big, b: `${'a'.repeat(50_000)}!` });
		const many = await bench.call('grep', { query: 'line' });
		expect(many.text.split('\n')).toHaveLength(101);
		expect(await bench.call('grep', { query: '(?=a)', pattern: true })).toMatchObject({
			ok: false,
		});
		expect(await bench.call('grep', { query: '(a+)+$', pattern: true })).toMatchObject({
			ok: true,
		});
	});

	it('ends a search that takes too long, and says so', async () => {
		const bench = createToolBench({ a: big });
		let now = 0;
		const context = { ...bench.context, clock: { ...bench.context.clock, now: () => (now += 1) } };
		const { text } = await runTool(
			{ type: 'tool_call', id: '1', name: 'grep', input: { query: 'zzz' } },
			context,
		);
		expect(text).toContain('took too long');
	});
});

describe('edit, write, delete, rename', () => {
	it('wants a file read first, and as it was read', async () => {
		const bench = createToolBench({ [app]: '<p>one</p>\n' });
		const edit = { path: app, old: 'one', new: 'two' };
		for (const [name, input] of [
			['edit', edit],
			['write', { path: app, content: 'x' }],
			['delete', { path: app }],
		] as const)
			expect(await bench.call(name, input)).toMatchObject({ ok: false, summary: 'not read yet' });
		await bench.call('read', { path: app });
		bench.workspace.files.set(app, '<p>one, by a person</p>\n');
		const refused = await bench.call('edit', edit);
		expect(refused.ok).toBe(false);
		expect(refused.text).toContain('1|<p>one, by a person</p>');
		expect(bench.workspace.files.get(app)).toBe('<p>one, by a person</p>\n');
		// Now it has been seen.
		expect(await bench.call('edit', edit)).toMatchObject({ ok: true, summary: '+1 −1' });
		expect(bench.workspace.files.get(app)).toBe('<p>two, by a person</p>\n');
	});

	it.each([
		['edit', 'afterRead'],
		['edit', 'beforeWrite'],
		['write', 'afterRead'],
		['write', 'beforeWrite'],
	] as const)('%s loses no race with a person (%s)', async (name, moment) => {
		const bench = createToolBench({ [app]: '<p>one</p>\n' });
		await bench.call('read', { path: app });
		bench.workspace[moment] = (path) => {
			bench.workspace[moment] = () => undefined;
			bench.workspace.files.set(path, '<p>theirs</p>\n');
		};
		const input =
			name === 'edit'
				? { path: app, old: 'one', new: 'two' }
				: { path: app, content: '<p>mine</p>' };
		const answer = await bench.call(name, input);
		expect(answer).toMatchObject({ ok: false, summary: 'changed by somebody else' });
		expect(answer.text).toContain('1|<p>theirs</p>');
		expect(bench.workspace.files.get(app)).toBe('<p>theirs</p>\n');
	});

	it.each([
		['a part was read', { from: 1, to: 2 }, 100],
		['it was too long to be shown', undefined, 6000],
	] as const)('writes over nothing it was never shown: %s', async (_name, part, length) => {
		const text = Array.from({ length }, (_, n) => `line ${n + 1}`).join('\n');
		const bench = createToolBench({ [app]: text });
		await bench.call('read', { path: app });
		const theirs = `${text}\nby hand`;
		bench.workspace.files.set(app, theirs);
		const write = { path: app, content: `${text}\nby the agent` };
		if (part) await bench.call('read', { path: app, ...part });
		else expect(await bench.call('write', write)).toMatchObject({ ok: false });
		expect(await bench.call('write', write)).toMatchObject({ ok: false });
		expect(await bench.call('delete', { path: app })).toMatchObject({ ok: false });
		expect(bench.workspace.files.get(app)).toBe(theirs);
		// What it saw may be edited, and once it asked for the whole it may be written.
		const edit = { path: app, old: 'line 1\nline 2\n', new: 'line one\n' };
		expect(await bench.call('edit', edit)).toMatchObject({ ok: true });
		expect(await bench.call('write', write)).toMatchObject({ ok: false });
		await bench.call('read', { path: app });
		expect(await bench.call('write', write)).toMatchObject({ ok: true });
	});

	it('answers a miss with the nearest lines, the second with the whole file', async () => {
		const bench = createToolBench({ [app]: '<h1>Hello</h1>\n<p>World</p>\n' });
		await bench.call('read', { path: app });
		const miss = { path: app, old: '<h1>Hallo</h1>', new: 'x' };
		const first = await bench.call('edit', miss);
		expect(first.text).toContain('1|<h1>Hello</h1>');
		expect(first.text).not.toContain('write the whole file');
		const second = await bench.call('edit', { ...miss, old: '<h1>Hollo</h1>' });
		expect(second.text).toContain('write the whole file');
		expect(second.text).toContain('2|<p>World</p>');
		expect(bench.log.of('file_changed')).toEqual([]);
	});

	it('says how an edit was bent to fit, and refuses one that changes nothing', async () => {
		const bench = createToolBench({ [app]: '\t<p>a</p>\n\t<b>c</b>\n' });
		await bench.call('read', { path: app });
		const input = { path: app, old: '<p>a</p>\n<b>c</b>', new: '<p>d</p>\n<b>c</b>' };
		expect((await bench.call('edit', input)).text).toContain('indentation');
		expect(bench.workspace.files.get(app)).toBe('\t<p>d</p>\n\t<b>c</b>\n');
		expect(await bench.call('edit', { path: app, old: 'd', new: 'd' })).toMatchObject({
			ok: false,
		});
		expect(await bench.call('edit', { path: app, old: '', new: 'd' })).toMatchObject({ ok: false });
	});

	it('creates a file and may edit it without reading it', async () => {
		const bench = createToolBench();
		expect(await bench.call('write', { path: app, content: '<p>a</p>\n' })).toMatchObject({
			ok: true,
			summary: '+1 −0',
		});
		expect(await bench.call('edit', { path: app, old: 'p', new: 'b' })).toMatchObject({
			ok: false,
		});
		expect(await bench.call('edit', { path: app, old: '>a<', new: '>b<' })).toMatchObject({
			ok: true,
		});
		expect(bench.log.of('file_changed')).toHaveLength(2);
	});

	it('takes off a Markdown fence, but not in Markdown', async () => {
		const bench = createToolBench();
		const content = '```svelte\n<p>a</p>\n```\n';
		await bench.call('write', { path: app, content });
		await bench.call('write', { path: 'README.md', content });
		expect(bench.workspace.files.get(app)).toBe('<p>a</p>\n');
		expect(bench.workspace.files.get('README.md')).toBe(content);
	});

	it('refuses to lose half of a file unless it is meant', async () => {
		const bench = createToolBench({ [app]: big });
		await bench.call('read', { path: app });
		const small = { path: app, content: '<p>short</p>\n' };
		expect(await bench.call('write', small)).toMatchObject({ ok: false });
		expect(bench.workspace.files.get(app)).toBe(big);
		expect(await bench.call('write', { ...small, confirmShrink: true })).toMatchObject({
			ok: true,
		});
	});

	it('refuses a file that is not complete', async () => {
		const bench = createToolBench({ [app]: '<p>a</p>\n' });
		await bench.call('read', { path: app });
		const content = '<p>b</p>\n<!-- ... rest of the component ... -->\n';
		const refused = await bench.call('write', { path: app, content });
		expect(refused).toMatchObject({ ok: false, summary: 'not complete' });
		expect(refused.text).toContain('rest of the component');
		expect(bench.workspace.files.get(app)).toBe('<p>a</p>\n');
	});

	it('deletes and renames', async () => {
		const bench = createToolBench({ a: 'one', b: 'two' });
		await bench.call('read', { path: 'a' });
		expect(await bench.call('rename', { from: 'a', to: 'b' })).toMatchObject({ ok: false });
		expect(await bench.call('rename', { from: 'a', to: 'c' })).toMatchObject({ ok: true });
		expect(await bench.call('delete', { path: 'c' })).toMatchObject({ ok: true });
		expect([...bench.workspace.files.keys()]).toEqual(['b']);
		// Moving what was not read does not make it read.
		await bench.call('rename', { from: 'b', to: 'd' });
		expect(await bench.call('delete', { path: 'd' })).toMatchObject({ ok: false });
		expect(bench.log.of('file_changed').map(({ path, hash }) => [path, hash !== null])).toEqual([
			['a', false],
			['c', true],
			['c', false],
			['b', false],
			['d', true],
		]);
	});
});

describe('schema_plan, schema_apply', () => {
	const change = { create: [{ name: 'posts', fields: [{ name: 'title', type: 'text' }] }] };

	it('applies a plan once, and no plan it did not make', async () => {
		const bench = createToolBench();
		expect(await bench.call('schema_apply', { plan: 'plan1' })).toMatchObject({ ok: false });
		await bench.call('schema_plan', change);
		expect(await bench.call('schema_apply', { plan: 'plan1' })).toMatchObject({ ok: true });
		expect(await bench.call('schema_apply', { plan: 'plan1' })).toMatchObject({ ok: false });
		expect(bench.schema.applied).toHaveLength(1);
	});

	const wrong = [
		['nothing in it', {}],
		['a name that is code', { create: [{ name: "a');alert(1)//", fields: [] }] }],
		['an unknown type', { create: [{ name: 'a', fields: [{ name: 'b', type: 'blob' }] }] }],
		[
			'an option of another type',
			{ create: [{ name: 'a', fields: [{ name: 'b', type: 'bool', max: 3 }] }] },
		],
		['a field too much', { create: [{ name: 'a', fields: [], open: true }] }],
		[
			'a select without values',
			{ create: [{ name: 'a', fields: [{ name: 'b', type: 'select' }] }] },
		],
	] as const;
	it.each(wrong)('refuses %s', async (_name, input) => {
		expect(await createToolBench().call('schema_plan', input)).toMatchObject({ ok: false });
	});

	it('a plan that has gone stale is used up', async () => {
		const bench = createToolBench();
		await bench.call('schema_plan', change);
		bench.schema.apply = async () => {
			throw new TinykitError('approval_stale');
		};
		const stale = await bench.call('schema_apply', { plan: 'plan1' });
		expect(stale.text).toContain('[approval_stale]');
		const again = await bench.call('schema_apply', { plan: 'plan1' });
		expect(again.text).toContain('There is no plan plan1');
	});

	it('a plan with problems cannot be applied', async () => {
		const bench = createToolBench();
		await bench.call('schema_plan', change);
		await bench.call('schema_apply', { plan: 'plan1' });
		const again = await bench.call('schema_plan', change);
		expect(again).toMatchObject({ ok: false });
		expect(again.text).toContain('The table posts exists already. [exists]');
		expect(await bench.call('schema_apply', { plan: 'plan2' })).toMatchObject({ ok: false });
	});
});

describe('check and done', () => {
	it('done is refused while a check fails, and checks again after each change', async () => {
		const bench = createToolBench();
		const summary = { summary: ['x'] };
		await bench.call('write', { path: app, content: '{#if' });
		expect(await bench.call('done', summary)).toMatchObject({ ok: false });
		expect(bench.context.state.done).toBeUndefined();
		// Nothing changed: the same answer, no new check.
		expect(await bench.call('done', summary)).toMatchObject({ ok: false });
		expect(bench.checks.runs).toBe(1);
		await bench.call('write', { path: app, content: '<p>a</p>' });
		expect(await bench.call('done', summary)).toMatchObject({ ok: true });
		expect(bench.checks.runs).toBe(2);
		expect(bench.context.state.done).toEqual({ summary: ['x'], notDone: [], next: [] });
		expect(bench.log.of('check')).toHaveLength(6);
	});

	it('what was never changed needs no proof', async () => {
		const bench = createToolBench({ [app]: '{#if' });
		expect(await bench.call('done', { summary: ['An answer'] })).toMatchObject({ ok: true });
		expect(bench.checks.runs).toBe(0);
	});

	it('a check that was asked for and fails counts', async () => {
		const bench = createToolBench({ [app]: '{#if' });
		expect(await bench.call('check')).toMatchObject({ ok: false });
		expect(await bench.call('done', { summary: ['Fixed'] })).toMatchObject({ ok: false });
	});
});

describe('the definitions', () => {
	it('are what the Messages API takes', () => {
		const tools = toolSpecs.map(({ name, description, inputSchema }) => ({
			name,
			description,
			input_schema: inputSchema,
		}));
		const body = { model: 'm', max_tokens: 1, tools, messages: [{ role: 'user', content: 'x' }] };
		expect(lint(body)).toBeUndefined();
		expect(JSON.stringify(toolSpecs)).not.toMatch(/"oneOf"|"\$ref"|"\$schema"/);
	});

	it('and the prompt name the same tools', () => {
		const names = Object.keys(toolDefinitions);
		expect(names).toEqual(toolSpecs.map(({ name }) => name));
		const spoken =
			globalPrompt.match(/\b(?:schema_\w+|list|read|grep|edit|write|check|done)\b/g) ?? [];
		for (const word of spoken) expect(names).toContain(word);
		for (const name of ['schema_plan', 'schema_apply', 'edit', 'write', 'check', 'done'])
			expect(spoken).toContain(name);
	});

	const titles = [
		['edit', { path: app }, `edit ${app}`],
		['rename', { from: 'a', to: 'b' }, 'rename a to b'],
		['schema_plan', { create: [{ name: 'posts' }, { name: 'votes' }] }, 'schema_plan posts votes'],
		['grep', { query: 'x\ny' }, 'grep x y'],
		['shell', 'nonsense', 'shell'],
		['read', { path: 7 }, 'read'],
		['schema_plan', { create: ['a', null] }, 'schema_plan'],
	] as const;
	it.each(titles)('title of %s', (name, input, title) => {
		expect(callTitle({ type: 'tool_call', id: '1', name, input })).toBe(title);
	});
});
