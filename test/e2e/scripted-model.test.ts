import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	applyLastPlan,
	call,
	contains,
	message,
	say,
	startMessagesServer,
	type MessagesServer,
} from '../fixtures/messages-server/index.ts';
import { openBrowser } from './support/browser.ts';
import { requestHost } from './support/http.ts';
import { runEnd, runEvents, signIn, type MemberApi } from './support/member.ts';
import { logIn } from './support/pages.ts';
import { makeInstallation, startTinykit, type Tinykit } from './support/tinykit.ts';

const key = 'sk-ant-secret-of-the-operator';
const page = (body: string): string =>
	`<script lang="ts">\n\tlet count = $state(0);\n</script>\n\n${body}\n`;

let model: MessagesServer;
let tinykit: Tinykit;
let api: MemberApi;
let browser: Browser;
let remove: () => Promise<void>;

const start = (dir: string, port?: number): Promise<Tinykit> =>
	startTinykit(dir, {
		...(port !== undefined && { port }),
		env: { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: model.url },
	});

beforeAll(async () => {
	model = await startMessagesServer([], { key });
	const installation = await makeInstallation();
	remove = installation.remove;
	tinykit = await start(installation.dir);
	api = await signIn(tinykit);
	browser = await openBrowser();
});
afterAll(async () => {
	await browser.close();
	await tinykit.stop();
	await model.close();
	await remove();
});

async function begin(app: string, text: string): Promise<string> {
	const answer = await api.call('POST', `/apps/${app}/runs`, { text });
	expect(answer.status).toBe(201);
	return String(answer.json()['id']);
}
async function makeApp(name: string): Promise<string> {
	const answer = await api.call('POST', '/apps', { name });
	expect(answer.status).toBe(201);
	return String(answer.json()['slug']);
}
const types = (events: Record<string, unknown>[]): unknown[] =>
	events.map((event) => event['type']);

describe('a run against a scripted Messages API', () => {
	it('repairs an edit that does not compile, and is done with a boot in the studio', async () => {
		const slug = await makeApp('Counter');
		model.add(
			{
				reply: message(
					say('I write the page.'),
					call('write', { path: 'src/App.svelte', content: page('<h1>Counter</h1>') }),
					call('check', {}),
				),
			},
			{
				expect: contains('compile: pass'),
				reply: message(
					call('edit', {
						path: 'src/App.svelte',
						old: '<h1>Counter</h1>',
						new: '<h1>Counter {count</h1>',
					}),
					call('done', { summary: ['Shows the count'] }),
				),
			},
			{
				name: 'the refusal of done names the place',
				expect: contains('compile: fail', 'src/App.svelte:5'),
				reply: message(
					call('edit', { path: 'src/App.svelte', old: '{count', new: '{count}' }),
					call('check', {}),
				),
			},
			{
				expect: contains('compile: pass', 'boot: pass'),
				reply: message(call('done', { summary: ['Shows the count'] })),
			},
		);
		const context = await browser.newContext();
		const studio = await context.newPage();
		await logIn(studio, tinykit.origin);
		await studio.goto(`${tinykit.origin}/tinykit/apps/${slug}`);
		await studio.getByPlaceholder('Ask for a change').fill('Show a counter');
		await studio.keyboard.press('Enter');
		await studio
			.frameLocator('[data-testid=preview-frame]')
			.getByRole('heading', { name: 'Counter 0' })
			.waitFor();
		await studio.getByText('Shows the count').first().waitFor();
		model.assertDone();

		const run = (await api.call('GET', `/apps/${slug}/runs`)).json()['items'] as Record<
			string,
			unknown
		>[];
		expect(run).toMatchObject([{ status: 'ended', reason: 'done' }]);
		const events = await runEvents(api, slug, String(run[0]?.['id']));
		expect(events.map((event) => event['seq'])).toEqual(events.map((_, i) => i + 1));
		const compiles = events.flatMap((event) =>
			event['type'] === 'check' ? [event['check'] as Record<string, unknown>] : [],
		);
		expect(
			compiles.filter((check) => check['name'] === 'compile').map((check) => check['outcome']),
		).toEqual(['pass', 'fail', 'pass']);
		expect(JSON.stringify(events)).not.toContain(key);
		await context.close();
	});

	it("uses the app in the studio's own preview frame", async () => {
		const slug = await makeApp('Clicks');
		const counter = page('<button onclick={() => count++}>Clicked {count}</button>');
		model.add(
			{
				reply: message(
					call('write', { path: 'src/App.svelte', content: counter }),
					call('preview', {
						path: '/#/here',
						actions: [
							{ type: 'click', role: 'button', name: 'Clicked 0' },
							{ type: 'click', name: 'Clicked 1' },
						],
					}),
				),
			},
			{
				expect: contains("studio's preview frame", '[button] Clicked 2', 'At /#/here'),
				reply: message(call('done', { summary: ['Counts clicks'] })),
			},
		);
		const context = await browser.newContext();
		const studio = await context.newPage();
		await logIn(studio, tinykit.origin);
		await studio.goto(`${tinykit.origin}/tinykit/apps/${slug}`);
		await studio.getByPlaceholder('Ask for a change').fill('Count my clicks');
		await studio.keyboard.press('Enter');
		await studio.getByText('Counts clicks').first().waitFor();
		model.assertDone();
		await context.close();
	});

	it('creates closed collections, and asks a person before it opens or destroys', async () => {
		const slug = await makeApp('Notes');
		model.add(
			{
				reply: message(
					call('write', { path: 'src/App.svelte', content: page('<h1>Notes</h1>') }),
					call('schema_plan', {
						create: [{ name: 'notes', fields: [{ name: 'text', type: 'text', required: true }] }],
					}),
				),
			},
			{ expect: contains('New table notes'), reply: applyLastPlan },
			{
				expect: contains('Applied'),
				reply: message(
					call('schema_plan', { update: [{ name: 'notes', rules: { list: '', create: '' } }] }),
				),
			},
			{ expect: contains('Anyone, also without signing in'), reply: applyLastPlan },
			{
				expect: contains('declined this change'),
				reply: message(call('schema_plan', { update: [{ name: 'notes', rules: { list: '' } }] })),
			},
			{ reply: applyLastPlan },
			{
				expect: contains('Applied'),
				reply: message(call('done', { summary: ['Notes are open to read'] })),
			},
		);
		const id = await begin(slug, 'Notes for everybody');
		const decide = async (accept: boolean, agentTried: boolean): Promise<void> => {
			for (let i = 0; i < 200; i++) {
				const items = (await api.call('GET', `/apps/${slug}/approvals`)).json()['items'] as Record<
					string,
					unknown
				>[];
				const pending = items.find((item) => item['status'] === 'pending');
				if (pending) {
					const path = `/_pb/api/collections/notes/records`;
					// Until the click nothing is open: the draft still says no.
					if (agentTried)
						expect((await requestHost(tinykit.port, `${slug}--draft.localhost`, path)).status).toBe(
							403,
						);
					expect(pending['effects']).toEqual(
						expect.arrayContaining([expect.objectContaining({ level: 'widens' })]),
					);
					expect(
						(await api.call('POST', `/apps/${slug}/approvals/${String(pending['id'])}`, { accept }))
							.status,
					).toBe(200);
					return;
				}
				await delay(50);
			}
			throw new Error('no approval was asked for');
		};
		await decide(false, true);
		await decide(true, true);
		expect(await runEnd(api, slug, id)).toMatchObject({ reason: 'done' });
		model.assertDone();
		const records = `/_pb/api/collections/notes/records`;
		expect((await requestHost(tinykit.port, `${slug}--draft.localhost`, records)).status).toBe(200);
		const create = await requestHost(tinykit.port, `${slug}--draft.localhost`, records, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: '{"text":"x"}',
		});
		expect(create.status).toBe(403);
		expect(
			types(await runEvents(api, slug, id)).filter((type) => String(type).startsWith('approval')),
		).toEqual(['approval_requested', 'approval_decided', 'approval_requested', 'approval_decided']);
	});

	it('stops within a second, and the connection to the provider is closed', async () => {
		const slug = await makeApp('Slow');
		model.add({
			reply: {
				kind: 'message',
				blocks: [say('Thinking about it. '.repeat(50))],
				wire: { cutAt: 400, cut: 'hang' },
			},
		});
		const id = await begin(slug, 'Something slow');
		await until(() => model.requests.some((request) => request.text.includes('Something slow')));
		const asked = Date.now();
		expect((await api.call('POST', `/apps/${slug}/runs/${id}/stop`)).status).toBe(204);
		expect(Date.now() - asked).toBeLessThan(1000);
		expect(await runEnd(api, slug, id)).toMatchObject({ reason: 'stopped_by_user' });
		expect(await model.requests.at(-1)?.ended).toBe('closed_by_client');
	});

	it('survives kill -9 in the middle of a run with everything whole', async () => {
		const slug = await makeApp('Killed');
		const first = page('<h1>First</h1>');
		model.add(
			{
				reply: message(
					call('write', { path: 'src/App.svelte', content: first }),
					call('schema_plan', {
						create: [
							{ name: 'things', fields: [{ name: 'name', type: 'text' }], rules: { list: '' } },
						],
					}),
				),
			},
			{ reply: applyLastPlan },
			{
				reply: {
					kind: 'message',
					blocks: [say('And now a long pause.')],
					wire: { cutAt: 300, cut: 'hang' },
				},
			},
		);
		const id = await begin(slug, 'Make things');
		for (let i = 0; i < 200; i++) {
			if (
				(
					await requestHost(
						tinykit.port,
						`${slug}--draft.localhost`,
						'/_pb/api/collections/things/records',
					)
				).status === 200
			)
				break;
			await delay(50);
		}
		await delay(200);
		await tinykit.kill();
		tinykit = await start(tinykit.dir, tinykit.port);
		api = await signIn(tinykit);

		expect((await api.call('GET', `/apps/${slug}/runs/${id}`)).json()).toMatchObject({
			status: 'ended',
			reason: 'interrupted',
		});
		const events = await runEvents(api, slug, id);
		expect(events.map((event) => event['seq'])).toEqual(events.map((_, i) => i + 1));
		expect(events.at(-1)).toMatchObject({ type: 'stopped', reason: 'interrupted' });
		const started = events
			.filter((event) => event['type'] === 'tool_started')
			.map((event) => event['callId']);
		const finished = events
			.filter((event) => event['type'] === 'tool_finished')
			.map((event) => event['callId']);
		expect(finished).toEqual(started);
		expect((await api.call('GET', `/apps/${slug}/files/src/App.svelte`)).text).toBe(first);
		expect(
			(
				await requestHost(
					tinykit.port,
					`${slug}--draft.localhost`,
					'/_pb/api/collections/things/records',
				)
			).status,
		).toBe(200);
		// And it goes on: the next run is not blocked by the dead one.
		model.add({ reply: message(call('done', { summary: ['Nothing to do'] })) });
		const next = await begin(slug, 'Are you there?');
		expect(await runEnd(api, slug, next)).toMatchObject({ reason: 'done' });
		model.assertDone();
	});

	it('never shows the key', async () => {
		const settings = (await api.call('GET', '/settings')).text;
		expect(settings).toContain('"apiKeySet":true');
		expect(settings + tinykit.output()).not.toContain(key);
		expect(model.requests.map((request) => request.text).join()).not.toContain(key);
	});
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
	for (let i = 0; i < 400; i++) {
		if (await holds()) return;
		await delay(50);
	}
	throw new Error('it did not come about within 20 s');
}
