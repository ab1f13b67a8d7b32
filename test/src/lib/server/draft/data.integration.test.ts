import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	intentList,
	type RunEventBody,
	type SchemaChange,
} from '../../../../../src/lib/contracts/index.ts';
import type {
	AgentData,
	AgentSchema,
	RecordQuery,
} from '../../../../../src/lib/server/agent/index.ts';
import { createAppData } from '../../../../../src/lib/server/draft/data.ts';
import { createAppSchema } from '../../../../../src/lib/server/draft/schema.ts';
import { saveRecord } from '../../../../../src/lib/server/backends.ts';
import { openInstallation, type Installation } from '../support/installation.ts';

let tinykit: Installation;
let data: AgentData;
let schema: AgentSchema;
let events: RunEventBody[];
const running = new AbortController();
const own = '@request.auth.id != "" && owner = @request.auth.id';
const notes: SchemaChange = {
	create: [
		{
			name: 'notes',
			fields: [
				{ type: 'text', name: 'title' },
				{ type: 'text', name: 'secret', hidden: true },
				{ type: 'relation', name: 'owner', collection: 'users' },
			],
			rules: { list: own, view: own, create: '@request.auth.id != ""' },
		},
	],
};

beforeEach(async () => {
	tinykit = await openInstallation();
	const { slug } = await tinykit.runtime.apps.create('Shop');
	events = [];
	const parts = {
		...tinykit.runtime,
		app: slug,
		run: 'run-1',
		emit: async (event: RunEventBody) => void events.push(event),
	};
	data = createAppData(parts);
	schema = createAppSchema(parts);
	await schema.apply((await schema.plan(notes)).id, running.signal);
	events.length = 0;
});
afterEach(() => tinykit.close());

const draft = <T>(body: Parameters<typeof tinykit.runtime.backends.use<T>>[2]) =>
	tinykit.runtime.backends.use('shop', 'draft', body);
const save = (name: string, values: Record<string, unknown>): Promise<string> =>
	draft(async ({ app }) => {
		const collection = app.catalog.find(name);
		if (!collection) throw new Error(name);
		const saved = await app.store.write((tx) => saveRecord(app, tx, { collection, values }));
		return String(saved.data['id']);
	});
const people = async (): Promise<readonly string[]> => {
	const ids: string[] = [];
	for (const name of ['ann', 'bob']) {
		const id = await save('users', {
			...{ email: `${name}@example.test`, password: 'abcdefgh12', name },
		});
		await save('notes', { title: `note of ${name}`, secret: `secret of ${name}`, owner: id });
		ids.push(id);
	}
	return ids;
};
const ask = (query: Partial<RecordQuery>) =>
	data.query({ collection: 'notes', as: 'superuser', limit: 50, ...query }, running.signal);
const decide = async (accept: boolean): Promise<void> => {
	for (;;) {
		const found = (await tinykit.runtime.approvals.list('shop')).find(
			({ status, kind }) => status === 'pending' && kind === 'rows',
		);
		if (found && events.some(({ type }) => type === 'approval_requested')) {
			await tinykit.runtime.approvals.decide('shop', found.id, accept, 'member');
			return;
		}
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
};
const titles = (answer: Awaited<ReturnType<typeof ask>>): unknown[] =>
	answer.kind === 'records' ? answer.records.map((record) => record['title']) : [answer.kind];

describe('records of the draft', () => {
	it('are shown after one click a run, as whoever asks may see them', async () => {
		const [ann = ''] = await people();
		const first = ask({ as: 'ann@example.test' });
		await decide(true);
		expect(titles(await first)).toEqual(['note of ann']);
		expect(titles(await ask({ as: ann, filter: 'title ~ "bob"' }))).toEqual([]);
		expect(titles(await ask({ as: 'anonymous' }))).toEqual([]);
		const all = await ask({ fields: ['title', 'secret', 'owner'], sort: 'title' });
		expect(titles(all)).toEqual(['note of ann', 'note of bob']);
		expect(JSON.stringify(all)).not.toContain('secret of');
		const accounts = await ask({ collection: 'users', fields: ['name', 'email'] });
		expect(JSON.stringify(accounts)).toContain('ann');
		expect(JSON.stringify(accounts)).not.toContain('@example.test');
		expect(events.filter(({ type }) => type === 'approval_requested')).toHaveLength(1);
	});

	it('are not shown after a no, and nobody is asked again', async () => {
		await people();
		const first = ask({ as: 'anonymous' });
		await decide(false);
		expect(await first).toMatchObject({ kind: 'declined' });
		expect(await ask({ fields: ['title'] })).toMatchObject({ kind: 'declined', waitedMs: 0 });
		expect(events.map(({ type }) => type)).toEqual(['approval_requested', 'approval_decided']);
	});

	it('cost no click where there are none, or where the backend refuses', async () => {
		expect(await ask({ as: 'anonymous' })).toMatchObject({ kind: 'records', records: [] });
		expect(await ask({ collection: 'nothing' })).toMatchObject({ kind: 'refused' });
		expect(await ask({ collection: '_superusers' })).toMatchObject({ kind: 'refused' });
		expect(await ask({ as: 'nobody' })).toMatchObject({ kind: 'refused' });
		expect(await ask({ as: 'superuser' })).toMatchObject({
			message: expect.stringContaining('fields') as string,
		});
		expect(await ask({ as: 'anonymous', filter: 'title ==' })).toMatchObject({ kind: 'refused' });
		expect(events).toEqual([]);
	});
});

describe('the log of the draft', () => {
	const request = (method: string, path: string, body?: string) =>
		draft((backend) =>
			backend.fetch(
				new Request(`http://draft.test/api/collections/${path}`, {
					method,
					...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
				}),
			),
		);
	const lines = (level: 'info' | 'error', search?: string) =>
		data.logs({ level, minutes: 5, limit: 20, ...(search !== undefined && { search }) });

	it('says which rule refused a request', async () => {
		await people();
		const found = await draft(async ({ app }) =>
			app.store.all({ kind: 'text', text: 'SELECT id FROM notes LIMIT 1' }),
		);
		const id = String(found[0]?.['id']);
		await request('GET', `notes/records/${id}`);
		await request('GET', 'notes/records/missing12345678');
		await request('POST', 'notes/records', '{"title":"x"}');
		await request('DELETE', `notes/records/${id}`);
		await request('GET', 'notes/records');
		const told = (await lines('error')).map(({ denied }) => denied);
		expect(told).toEqual([
			`notes.viewRule: ${own}`,
			undefined,
			'notes.createRule: @request.auth.id != ""',
			'notes.deleteRule: nobody but superusers',
		]);
		expect((await lines('info')).length).toBeGreaterThan(4);
		expect(await lines('info', 'DELETE')).toHaveLength(1);
		expect(await lines('info', 'no such text')).toEqual([]);
	});
});

describe('a run that has read text of strangers', () => {
	it('needs a click for a new collection that lets anybody in, and for none that does not', async () => {
		const create = (list: string | null): SchemaChange => ({
			create: [{ name: 'open', fields: [{ type: 'text', name: 't' }], rules: { list } }],
		});
		expect((await schema.plan(create(''), { tainted: false })).needsApproval).toBe(false);
		expect((await schema.plan(create(null), { tainted: true })).needsApproval).toBe(false);
		const plan = await schema.plan(create(''), { tainted: true });
		expect(plan.needsApproval).toBe(true);
	});

	it('needs it for a plan that was made before', async () => {
		const { id } = await schema.plan({
			create: [{ name: 'open', fields: [{ type: 'text', name: 't' }], rules: { list: '' } }],
		});
		const stop = new AbortController();
		const applying = schema.apply(id, stop.signal, { tainted: true });
		await expect.poll(() => events.map(({ type }) => type)).toEqual(['approval_requested']);
		const [approval] = await tinykit.runtime.approvals.list('shop');
		expect(approval?.effects.filter(({ level }) => level === 'widens')).toHaveLength(1);
		await tinykit.runtime.approvals.decide('shop', approval?.id ?? '', true, 'member');
		expect(await applying).toMatchObject({ applied: true, approval: 'accepted' });
		expect(await tinykit.runtime.intents.list('shop')).toMatchObject([
			{ action: 'list', audience: 'rule', rule: '' },
		]);
	});
});

describe('what a person agreed to', () => {
	it('is no failure of the rules any more, until the rule is another one', async () => {
		const remove = (rule: string): SchemaChange => ({
			update: [{ name: 'notes', rules: { delete: rule } }],
		});
		const apply = async (change: SchemaChange): Promise<void> => {
			const { id } = await schema.plan(change);
			events.length = 0;
			const applying = schema.apply(id, running.signal);
			await expect.poll(() => events.some(({ type }) => type === 'approval_requested')).toBe(true);
			const pending = (await tinykit.runtime.approvals.list('shop')).find(
				({ status }) => status === 'pending',
			);
			await tinykit.runtime.approvals.decide('shop', pending?.id ?? '', true, 'member');
			await applying;
		};
		const level = async (): Promise<unknown> =>
			(await data.rules(running.signal)).surprises.find(({ code }) => code === 'open_delete')
				?.level;
		expect(await level()).toBeUndefined();
		await apply(remove(''));
		expect(await level()).toBe('agreed');
		const [intent] = await tinykit.runtime.intents.list('shop');
		await tinykit.runtime.intents.forget('shop', intent?.collection ?? '', 'delete');
		expect(await level()).toBe('fail');
	});

	it('is compared with what is possible', async () => {
		const token = await tinykit.account('editor@example.com', 'editor');
		const put = (body: object) =>
			tinykit.ask('/tinykit/api/apps/shop/intent', {
				method: 'PUT',
				headers: { authorization: token, 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
		expect((await put({ collection: 'notes', action: 'create', audience: 'nobody' })).status).toBe(
			200,
		);
		expect((await put({ collection: 'none', action: 'list', audience: 'nobody' })).status).toBe(
			404,
		);
		const kept = await tinykit.ask('/tinykit/api/apps/shop/intent', {
			headers: { authorization: token },
		});
		// By the id of the collection: its name may change.
		expect(intentList.parse(JSON.parse(kept.text)).items).toMatchObject([
			{ collection: expect.any(String) as string, action: 'create', audience: 'nobody' },
		]);
		const reply = await tinykit.ask('/tinykit/api/apps/shop/rules', {
			headers: { authorization: token },
		});
		const { surprises } = JSON.parse(reply.text) as { surprises: { code: string; text: string }[] };
		expect(surprises).toContainEqual(
			expect.objectContaining({ code: 'beyond_intent', collection: 'notes', level: 'fail' }),
		);
	});
});

describe('changes of the schema over the API', () => {
	it('are listed and taken back by editors', async () => {
		const viewer = await tinykit.account('viewer@example.com', 'viewer');
		const editor = await tinykit.account('editor@example.com', 'editor');
		const path = '/tinykit/api/apps/shop/schema/changes';
		const listed = await tinykit.ask(path, { headers: { authorization: viewer } });
		const { items } = JSON.parse(listed.text) as { items: { id: string; undoable: boolean }[] };
		expect(items).toMatchObject([{ undoable: true, status: 'applied' }]);
		const undo = (token: string) =>
			tinykit.ask(`${path}/${items[0]?.id ?? ''}/undo`, {
				method: 'POST',
				headers: { authorization: token },
			});
		expect((await undo(viewer)).status).toBe(403);
		expect((await undo(editor)).status).toBe(200);
		expect((await undo(editor)).status).toBe(409);
		expect(await draft(async ({ app }) => app.catalog.find('notes'))).toBeUndefined();
	});
});

describe('a plan', () => {
	it('tells per field what becomes of the values, and asks the person with the same words', async () => {
		await people();
		await save('notes', {});
		const { id, rows } = await schema.plan({
			update: [
				{
					name: 'notes',
					removeFields: ['title'],
					changeFields: [{ type: 'text', name: 'secret', hidden: true, max: 5 }],
				},
			],
		});
		expect(rows).toMatchObject([
			{ field: 'title', rows: 3, lost: 2 },
			{
				field: 'secret',
				kept: 3,
				violating: [{ code: 'validation_max_text_constraint', rows: 2 }],
			},
		]);
		const stop = new AbortController();
		const applying = schema.apply(id, stop.signal);
		await expect.poll(() => events.map(({ type }) => type)).toEqual(['approval_requested']);
		const [approval] = await tinykit.runtime.approvals.list('shop');
		expect(approval).toMatchObject({ title: 'Delete data?' });
		expect(approval?.effects.map(({ text }) => text)).toEqual([
			'Delete the field notes.title and what 2 records hold in it.',
			'Change the options of notes.secret.',
			'In 2 of 3 notes "secret" is too long: they stay, and cannot be saved before that is repaired.',
			'Values of notes.title in 3 records: 2 lost.',
		]);
		stop.abort();
		expect(await applying).toMatchObject({ applied: false });
	});

	it('tells where the source and the rules still name what goes', async () => {
		const workspace = tinykit.runtime.workspace('shop');
		await workspace.write(
			'src/App.svelte',
			'<script>\nlet x = note.title;\n</script>\n{x.titles}\n',
		);
		const { effects } = await schema.plan({
			update: [{ name: 'notes', removeFields: ['title'] }],
		});
		expect(effects.map(({ text }) => text)).toContain(
			'The source names "title" in src/App.svelte:2.',
		);
	});
});
