import AxeBuilder from '@axe-core/playwright';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createBackend, type Backend } from '#pb';
import { createProvider, createSystemClock, runAgent } from '#lib/server/agent/index.ts';
import { createAppSchema } from '#lib/server/app-schema.ts';
import type { Intents } from '#lib/server/intents.ts';
import type { Approvals } from '#lib/server/approvals.ts';
import type { Backends } from '#lib/server/backends.ts';
import { createPreview, type Preview } from '#lib/server/preview/index.ts';
import { createWorkspace, type Workspace } from '#lib/server/workspace/index.ts';
import {
	MemoryData,
	MemoryFacts,
	MemoryLog,
	MemoryPlans,
	MemoryPreview,
} from '../../support/memory.ts';

const executablePath = '/usr/bin/chromium';

/** The apps of the starter, built by the real loop, compiled, on a real backend, used in a real browser. */
describe('recipes on the real backend', () => {
	let base: string;
	let server: Server;
	let preview: Preview;
	let port: string;
	const backends = new Map<string, Backend>();
	const workspaces = new Map<string, Workspace>();
	const workspaceOf = (slug: string): Workspace => {
		const found = workspaces.get(slug) ?? createWorkspace({ root: join(base, 'workspace'), slug });
		workspaces.set(slug, found);
		return found;
	};
	const backendOf = (slug: string): Backend => {
		const found = backends.get(slug);
		if (!found) throw new Error(`no backend for ${slug}`);
		return found;
	};
	const url = (slug: string): string => `http://${slug}--draft.localhost:${port}/`;

	beforeAll(async () => {
		base = await mkdtemp(join(tmpdir(), 'tinykit-recipes-'));
		preview = createPreview({ workspaceOf, builderOrigin: 'http://localhost:1' });
		server = createServer((request, response) => {
			const slug = /^([a-z]+)--draft\./.exec(request.headers.host ?? '')?.[1] ?? '';
			const path = request.url ?? '/';
			if (path.startsWith('/_pb/')) {
				void backendOf(slug).node(request, response, path.slice('/_pb'.length));
				return;
			}
			const { method = 'GET', headers } = request;
			void preview
				.serve(slug, { method, path: path.split('?', 1)[0] ?? '/', headers })
				.then(async (reply) => {
					response.writeHead(reply.status, Object.fromEntries(reply.headers));
					response.end(Buffer.from(await reply.arrayBuffer()));
				});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		port = String((server.address() as AddressInfo).port);
	});

	afterAll(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
		await preview.close();
		for (const backend of backends.values()) await backend.close();
		await rm(base, { recursive: true, force: true });
	});

	/** Lets the starter build an app; its check is the real compile. */
	async function build(slug: string, text: string): Promise<Backend> {
		const backend = await createBackend({ dataDir: join(base, slug) });
		backends.set(slug, backend);
		const log = new MemoryLog();
		const use: Backends['use'] = (_app, _stage, body) => Promise.resolve(body(backend));
		const outcome = await runAgent({
			app: { slug, name: slug },
			text,
			history: [],
			workspace: workspaceOf(slug),
			schema: createAppSchema({
				backends: { use } as Backends,
				approvals: {} as Approvals,
				intents: {} as Intents,
				workspace: workspaceOf,
				app: slug,
				run: 'run1',
				emit: (event) => log.emit(event),
			}),
			checks: {
				run: async () => {
					const { ok, problems, ms } = await preview.build(slug);
					return [{ name: 'compile', outcome: ok ? 'pass' : 'fail', ms, problems }];
				},
			},
			data: new MemoryData(),
			facts: new MemoryFacts(),
			plans: new MemoryPlans(),
			preview: new MemoryPreview(),
			secrets: { hostsOf: async () => undefined },
			park: async () => undefined,
			sink: log,
			clock: createSystemClock(),
			random: () => 0,
			provider: createProvider(
				{ provider: 'starter', baseUrl: '', model: '', apiKey: undefined },
				() => Promise.reject(new Error('no network')),
			),
			signal: new AbortController().signal,
		});
		expect(outcome).toMatchObject({ reason: 'done' });
		expect(outcome.card.evidence).toEqual([
			{ name: 'compile', outcome: 'pass', ms: expect.any(Number) as number, problems: [] },
		]);
		return backend;
	}

	/** A request to the app's API as anybody on the network could send it. */
	async function api(
		slug: string,
		method: string,
		path: string,
		{ token, body }: { token?: string; body?: unknown } = {},
	): Promise<{ status: number; body: Record<string, unknown> }> {
		const reply = await backendOf(slug).fetch(
			new Request(`http://${slug}--draft.localhost/api/collections/${path}`, {
				method,
				headers: {
					'content-type': 'application/json',
					...(token !== undefined && { authorization: token }),
				},
				...(body !== undefined && { body: JSON.stringify(body) }),
			}),
		);
		const text = await reply.text();
		return {
			status: reply.status,
			body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
		};
	}

	async function person(slug: string, email: string): Promise<{ id: string; token: string }> {
		const password = 'correct horse';
		const created = await api(slug, 'POST', 'users/records', {
			body: { email, password, passwordConfirm: password },
		});
		expect(created.status).toBe(200);
		const login = await api(slug, 'POST', 'users/auth-with-password', {
			body: { identity: email, password },
		});
		return { id: String(created.body['id']), token: String(login.body['token']) };
	}

	describe.skipIf(!existsSync(executablePath))('in a browser', () => {
		let browser: Browser;
		const errors: string[] = [];
		beforeAll(async () => {
			browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
		});
		afterAll(() => browser.close());
		afterEach(() => {
			expect(errors.splice(0)).toEqual([]);
		});

		async function open(slug: string): Promise<Page> {
			const context = await browser.newContext();
			const page = await context.newPage();
			page.setDefaultTimeout(10_000);
			page.on('pageerror', (error) => errors.push(String(error)));
			page.on('console', (line) => {
				// Not the app's: browsers say so of policies newer than they are.
				const isPolicy = line.text().startsWith('Unrecognized Content-Security-Policy directive');
				if (line.type() === 'error' && !isPolicy) errors.push(line.text());
			});
			await page.goto(url(slug));
			return page;
		}

		/** No accessibility finding in light and dark, nothing wider than a small phone. */
		async function looksRight(page: Page, name: string): Promise<void> {
			for (const colorScheme of ['light', 'dark'] as const) {
				await page.emulateMedia({ colorScheme });
				const { violations } = await new AxeBuilder({ page }).analyze();
				expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
				const shots = process.env['TINYKIT_SHOTS'];
				if (shots !== undefined)
					await page.screenshot({ path: join(shots, `${name}-${colorScheme}.png`) });
			}
			const size = page.viewportSize();
			await page.setViewportSize({ width: 360, height: 740 });
			const shots = process.env['TINYKIT_SHOTS'];
			if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}-phone.png`) });
			expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
			if (size) await page.setViewportSize(size);
		}

		it('guestbook', async () => {
			await build('guests', 'A guestbook for our wedding');
			const [page, other] = [await open('guests'), await open('guests')];
			await other.getByText('Nobody has signed yet').waitFor();
			await page.getByLabel('Your name').fill('Ann <b>');
			await page.getByLabel('Your message').fill('All the best!\nTo both of you.');
			await page.getByRole('button', { name: 'Sign the guestbook' }).click();
			await page.getByText('Thank you, Ann <b>!').waitFor();
			// The other one sees it without a reload, and everybody after one.
			await other.getByText('To both of you.').waitFor();
			await other.getByRole('heading', { name: '1 entry' }).waitFor();
			await page.reload();
			await page.getByText('To both of you.').waitFor();
			await looksRight(page, 'guestbook');
			expect(await page.title()).toBe('Wedding guestbook');

			const list = await api('guests', 'GET', 'entries/records');
			const [entry] = list.body['items'] as { id: string }[];
			const at = `entries/records/${entry?.id ?? ''}`;
			expect((await api('guests', 'PATCH', at, { body: { name: 'Eve' } })).status).toBe(403);
			expect((await api('guests', 'DELETE', at)).status).toBe(403);
			const long = { name: 'x', message: 'x'.repeat(1001) };
			expect((await api('guests', 'POST', 'entries/records', { body: long })).status).toBe(400);
		});

		it('poll', async () => {
			await build('poll', 'A poll: where do we eat, pizza, pasta or sushi?');
			const [page, other] = [await open('poll'), await open('poll')];
			await other.getByText('0 votes').waitFor();
			await page.getByLabel('Pasta').check();
			await page.getByRole('button', { name: 'Vote' }).click();
			await page.getByText('You voted for Pasta').waitFor();
			await other.getByText('1 vote, live').waitFor();
			await other.getByText('100% · 1').waitFor();
			await looksRight(other, 'poll');
			await page.reload();
			await page.getByText('You voted for Pasta').waitFor();
			await looksRight(page, 'poll-voted');

			const vote = (choice: string) => api('poll', 'POST', 'votes/records', { body: { choice } });
			expect((await vote('Burger')).status).toBe(400);
			const cast = await vote('Sushi');
			const at = `votes/records/${String(cast.body['id'])}`;
			expect((await api('poll', 'PATCH', at, { body: { choice: 'Pizza' } })).status).toBe(403);
			expect((await api('poll', 'DELETE', at)).status).toBe(403);
			await other.getByText('2 votes, live').waitFor();
		});

		async function signUp(page: Page, email: string): Promise<void> {
			await page.getByRole('button', { name: 'I am new here' }).click();
			await page.getByLabel('E-mail').fill(email);
			await page.getByLabel('Password').fill('correct horse');
			await page.getByRole('button', { name: 'Create account' }).click();
			await page.getByText(email).waitFor();
		}

		it('todo', async () => {
			await build('todo', 'A to-do list for my team');
			const page = await open('todo');
			await looksRight(page, 'sign-in');
			await signUp(page, 'ann@example.test');
			await page.getByLabel('New task').fill('Buy milk');
			await page.getByRole('button', { name: 'Add' }).click();
			await page.getByLabel('New task').fill('Call Bob');
			await page.getByRole('button', { name: 'Add' }).click();
			await page.getByText('2 open').waitFor();
			await page.getByRole('checkbox', { name: 'Buy milk' }).check();
			await page.getByText('1 open').waitFor();
			await page.reload();
			await page.getByText('1 open').waitFor();
			expect(await page.getByRole('checkbox', { name: 'Buy milk' }).isChecked()).toBe(true);
			await looksRight(page, 'todo');
			await page.getByRole('button', { name: 'done', exact: true }).click();
			await page.getByText('Call Bob').waitFor({ state: 'detached' });
			await page.getByRole('button', { name: 'Delete Buy milk' }).click();
			await page.getByText('Nothing to show.').waitFor();

			const other = await open('todo');
			await signUp(other, 'bob@example.test');
			await other.getByText('Nothing here yet').waitFor();
			await page.getByRole('button', { name: 'Sign out' }).click();
			await page.getByRole('heading', { name: 'Sign in' }).waitFor();
			await page.getByLabel('E-mail').fill('ann@example.test');
			await page.getByLabel('Password').fill('wrong password');
			await page.getByRole('button', { name: 'Sign in' }).click();
			await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
			// The browser itself notes the refused request.
			expect(errors.splice(0)).toEqual([expect.stringContaining('400')]);
		});

		it('notes', async () => {
			await build('notes', 'Notes called "Field Notes"');
			const page = await open('notes');
			await signUp(page, 'ann@example.test');
			await page.getByRole('button', { name: 'New note' }).click();
			await page.getByLabel('Title').fill('Owls');
			await page.getByLabel('Text').fill('Two of them, at dusk.');
			await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
			await page.getByRole('button', { name: 'New note' }).click();
			await page.getByLabel('Title').fill('Bats');
			await looksRight(page, 'notes');
			// What was typed last is saved also when the note is left at once.
			await page.getByRole('button', { name: /^Owls/ }).click();
			await page.getByRole('button', { name: /^Bats/ }).waitFor();
			await page.reload();
			await page.getByRole('button', { name: /^Bats/ }).waitFor();
			await page.getByLabel('Search').fill('dusk');
			await page.getByRole('button', { name: /^Bats/ }).waitFor({ state: 'detached' });
			await page.getByRole('button', { name: /^Owls/ }).click();
			expect(await page.getByLabel('Text').inputValue()).toBe('Two of them, at dusk.');
			page.on('dialog', (dialog) => void dialog.accept());
			await page.getByRole('button', { name: 'Delete' }).click();
			await page.getByText('Nothing found.').waitFor();
		});
	});

	it.each([
		['owned', 'a to-do list', 'todos', { title: 'mine' }],
		['private', 'my notes', 'notes', { title: 'mine' }],
	])('%s: nobody reaches what somebody else owns', async (slug, text, collection, values) => {
		await build(slug, text);
		const [ann, eve] = [
			await person(slug, 'ann@example.test'),
			await person(slug, 'eve@example.test'),
		];
		const create = (owner: string, token?: string) =>
			api(slug, 'POST', `${collection}/records`, {
				body: { ...values, owner },
				...(token !== undefined && { token }),
			});
		const made = await create(ann.id, ann.token);
		expect(made.status).toBe(200);
		const at = `${collection}/records/${String(made.body['id'])}`;
		expect((await create(ann.id, eve.token)).status).toBe(400);
		expect((await create(ann.id)).status).toBe(400);
		expect((await create('')).status).toBe(400);
		for (const token of [eve.token, undefined]) {
			const as = token === undefined ? {} : { token };
			const list = await api(slug, 'GET', `${collection}/records`, as);
			expect(list.body['totalItems'] ?? 0).toBe(0);
			expect((await api(slug, 'GET', at, as)).status).toBe(404);
			expect((await api(slug, 'PATCH', at, { ...as, body: { title: 'theirs' } })).status).toBe(404);
			expect((await api(slug, 'DELETE', at, as)).status).toBe(404);
		}
		const own = { token: ann.token };
		expect((await api(slug, 'PATCH', at, { ...own, body: { title: 'new' } })).status).toBe(200);
		expect((await api(slug, 'PATCH', at, { ...own, body: { owner: ann.id } })).status).toBe(200);
		// It cannot be given away, nor taken from everybody.
		expect((await api(slug, 'PATCH', at, { ...own, body: { owner: eve.id } })).status).toBe(404);
		expect((await api(slug, 'PATCH', at, { ...own, body: { owner: '' } })).status).toBe(400);
		expect((await api(slug, 'DELETE', at, own)).status).toBe(204);
	});
});
