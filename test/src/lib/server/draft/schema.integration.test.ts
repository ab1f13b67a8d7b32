import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEventBody } from '../../../../../src/lib/contracts/index.ts';
import type { AgentSchema } from '../../../../../src/lib/server/agent/index.ts';
import { createAppSchema } from '../../../../../src/lib/server/draft/schema.ts';
import { saveRecord, sql } from '../../../../../src/lib/server/backends.ts';
import { openInstallation, type Installation } from '../support/installation.ts';

let tinykit: Installation;
let schema: AgentSchema;
let events: RunEventBody[];
const running = new AbortController();

beforeEach(async () => {
	tinykit = await openInstallation();
	const { slug } = await tinykit.runtime.apps.create('Shop');
	events = [];
	schema = createAppSchema({
		...tinykit.runtime,
		app: slug,
		run: 'run-1',
		emit: (event) => {
			events.push(event);
			return Promise.resolve();
		},
	});
	const { id } = await schema.plan({
		create: [
			{ name: 'posts', fields: [{ type: 'text', name: 'title' }], rules: { list: "title != 'x'" } },
		],
	});
	expect(await schema.apply(id, running.signal)).toMatchObject({ applied: true });
});
afterEach(() => tinykit.close());

const draft = <T>(body: Parameters<typeof tinykit.runtime.backends.use<T>>[2]) =>
	tinykit.runtime.backends.use('shop', 'draft', body);
const addPost = () =>
	draft(({ app }) => {
		const collection = app.catalog.find('posts');
		if (!collection) throw new Error('no posts');
		return app.store.write((tx) => saveRecord(app, tx, { collection, values: { title: 'one' } }));
	});
const posts = () => draft(({ app }) => Promise.resolve(app.catalog.find('posts')));
const pending = async () => {
	for (;;) {
		const [approval] = await tinykit.runtime.approvals.list('shop');
		if (approval && events.length > 0) return approval;
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
};

it('notes when what a change takes away is to go, before it is made', async () => {
	const { slug } = await tinykit.runtime.apps.create('Other');
	const other = createAppSchema({
		...tinykit.runtime,
		app: slug,
		run: 'run-2',
		emit: async () => undefined,
	});
	const { store } = tinykit.runtime.backends.builder.app;
	await store.write((tx) =>
		tx.run(
			sql`CREATE TRIGGER refuse BEFORE INSERT ON _tk_state BEGIN SELECT RAISE(ABORT, 'full'); END`,
		),
	);
	const { id } = await other.plan({ create: [{ name: 'notes', fields: [] }] });
	await expect(other.apply(id, running.signal)).rejects.toThrow();
	expect((await other.describe()).text).not.toContain('notes');
});

describe('a change that widens a rule', () => {
	const widen = () => schema.plan({ update: [{ name: 'posts', rules: { list: '' } }] });

	it('is made only when the intent can be written, too', async () => {
		const { id } = await widen();
		const applying = schema.apply(id, running.signal);
		const approval = await pending();
		const { store } = tinykit.runtime.backends.builder.app;
		await store.write((tx) =>
			tx.run(
				sql`CREATE TRIGGER refuse BEFORE INSERT ON _tk_intent BEGIN SELECT RAISE(ABORT, 'full'); END`,
			),
		);
		const [applied] = await Promise.allSettled([
			applying,
			tinykit.runtime.approvals.decide('shop', approval.id, true, 'me'),
		]);
		expect(applied.status).toBe('rejected');
		expect((await posts())?.listRule).toBe("title != 'x'");
	});

	it('waits for a click of a member, and the agent has none', async () => {
		const { id, needsApproval } = await widen();
		expect(needsApproval).toBe(true);
		const applying = schema.apply(id, running.signal);
		const approval = await pending();
		expect((await posts())?.listRule).toBe("title != 'x'");
		const path = `/tinykit/api/apps/shop/approvals/${approval.id}`;
		const viewer = await tinykit.account('viewer@example.com', 'viewer');
		for (const [authorization, status] of [
			['run-1', 401],
			[viewer, 403],
		] as const) {
			const reply = await tinykit.ask(path, {
				method: 'POST',
				headers: { authorization },
				body: '{"accept":true}',
			});
			expect(reply.status).toBe(status);
		}
		// Of two that click at once, one decides.
		const both = await Promise.allSettled([
			tinykit.runtime.approvals.decide('shop', approval.id, true, 'a'),
			tinykit.runtime.approvals.decide('shop', approval.id, true, 'b'),
		]);
		expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		expect(await applying).toMatchObject({ applied: true, approval: 'accepted' });
		expect((await posts())?.listRule).toBe('');
	});

	it('changes nothing when it is refused', async () => {
		const applying = schema.apply((await widen()).id, running.signal);
		await tinykit.runtime.approvals.decide('shop', (await pending()).id, false, 'a');
		expect(await applying).toMatchObject({ applied: false, approval: 'rejected' });
		expect((await posts())?.listRule).toBe("title != 'x'");
	});

	it('changes nothing when the schema has changed since it was asked', async () => {
		const applying = schema.apply((await widen()).id, running.signal);
		const approval = await pending();
		const other = await schema.plan({
			update: [{ name: 'posts', addFields: [{ type: 'bool', name: 'done' }] }],
		});
		await schema.apply(other.id, running.signal);
		await tinykit.runtime.approvals.decide('shop', approval.id, true, 'a');
		await expect(applying).rejects.toMatchObject({ code: 'approval_stale' });
		expect((await posts())?.listRule).toBe("title != 'x'");
	});

	it('is given up when the run is stopped', async () => {
		const stop = new AbortController();
		const applying = schema.apply((await widen()).id, stop.signal);
		const approval = await pending();
		stop.abort();
		expect(await applying).toEqual({ applied: false, summary: [] });
		await expect(
			tinykit.runtime.approvals.decide('shop', approval.id, true, 'a'),
		).rejects.toMatchObject({ code: 'approval_stale' });
	});
});

describe('a change that deletes', () => {
	it('needs no click while there is nothing, and is stale when something came since', async () => {
		const { id, needsApproval } = await schema.plan({ delete: ['posts'] });
		expect(needsApproval).toBe(false);
		await addPost();
		await expect(schema.apply(id, running.signal)).rejects.toMatchObject({
			code: 'approval_stale',
		});
		expect(await posts()).toBeDefined();
		expect((await schema.plan({ delete: ['posts'] })).needsApproval).toBe(true);
	});

	it('applies a plan once, and none that has problems', async () => {
		const { id } = await schema.plan({ delete: ['posts'] });
		await schema.apply(id, running.signal);
		await expect(schema.apply(id, running.signal)).rejects.toMatchObject({ code: 'not_found' });
		const wrong = await schema.plan({ delete: ['nothing'] });
		expect(wrong.problems).toMatchObject([{ code: 'collection_unknown' }]);
		await expect(schema.apply(wrong.id, running.signal)).rejects.toMatchObject({
			code: 'invalid_request',
		});
	});
});
