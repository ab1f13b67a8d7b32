import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackend, type Backend } from '#pb';
import { frameMessage, type FrameMessage } from '#lib/contracts/index.ts';
import { createPreview, type Preview } from '#lib/server/preview/index.ts';
import { createWorkspace, type Workspace } from '#lib/server/workspace/index.ts';
import { createCollection } from '../../../../../pb/core/collections/index.ts';
import { chromiumPath } from '../../../../run/chromium.ts';

const executablePath = chromiumPath();

/** A page of the builder's origin that frames a draft as the studio does. */
const studioPage = (frame: string): string => `<!doctype html>
<iframe id="frame" src="${frame}" sandbox="allow-scripts allow-same-origin allow-forms allow-modals"></iframe>
<script>
	window.messages = [];
	window.hello = (nonce, hello = {}) => {
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = (event) => window.messages.push(event.data);
		window.port = port1;
		const message = { type: 'tinykit:hello', nonce, ...hello };
		document.getElementById('frame').contentWindow.postMessage(message, ${JSON.stringify(new URL(frame).origin)}, [port2]);
	};
	document.getElementById('frame').onload = () => window.onframe?.();
	window.onframe = () => window.hello('nonce-1');
</script>`;

describe.skipIf(executablePath === undefined)('a built app in a browser', () => {
	let base: string;
	let server: Server;
	let backend: Backend;
	let browser: Browser;
	let preview: Preview;
	let builder = '';
	let stranger = '';
	const workspaces = new Map<string, Workspace>();
	const draft = (slug: string): string => builder.replace('localhost', `${slug}--draft.localhost`);
	const workspaceOf = (slug: string): Workspace => {
		const found = workspaces.get(slug) ?? createWorkspace({ root: join(base, 'workspace'), slug });
		workspaces.set(slug, found);
		return found;
	};

	beforeAll(async () => {
		base = await mkdtemp(join(tmpdir(), 'tinykit-browser-'));
		backend = await createBackend({ dataDir: join(base, 'pb_data') });
		await createCollection(backend.app, {
			name: 'posts',
			type: 'base',
			fields: [{ name: 'text', type: 'text' }],
			listRule: '',
			viewRule: '',
			createRule: '@request.auth.id != ""',
			updateRule: null,
			deleteRule: null,
		});
		server = createServer((request, response) => {
			const url = request.url ?? '/';
			const host = request.headers.host ?? '';
			const [, slug, kind] = /^([a-z0-9-]+)--(draft|bare|open)\.localhost/.exec(host) ?? [];
			if (slug === undefined) {
				const frame = new URL(url, builder).searchParams.get('frame');
				if (frame === null) response.writeHead(404).end();
				else response.writeHead(200, { 'content-type': 'text/html' }).end(studioPage(frame));
			} else if (url.startsWith('/_pb/')) {
				void backend.node(request, response, url.slice('/_pb'.length));
			} else {
				const { method = 'GET', headers } = request;
				const path = url.split('?', 1)[0] ?? '/';
				void preview.serve(slug, { method, path, headers }).then(async (reply) => {
					// As on an installation with one host name: a page without an origin.
					if (kind === 'bare') {
						reply.headers.set('content-security-policy', 'sandbox allow-scripts');
						reply.headers.set('access-control-allow-origin', '*');
						reply.headers.delete('cross-origin-resource-policy');
					}
					// Framed by anybody: the boot script has to tell who is the builder.
					if (kind === 'open') reply.headers.delete('content-security-policy');
					response.writeHead(reply.status, Object.fromEntries(reply.headers));
					response.end(Buffer.from(await reply.arrayBuffer()));
				});
			}
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const port = String((server.address() as AddressInfo).port);
		builder = `http://localhost:${port}`;
		stranger = `http://stranger.localhost:${port}`;
		preview = createPreview({ workspaceOf, builderOrigin: () => builder });
		browser = await chromium.launch({
			...(executablePath !== undefined && { executablePath }),
			args: ['--no-sandbox'],
		});
	});

	afterAll(async () => {
		await browser.close();
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
		await preview.close();
		await backend.close();
		await rm(base, { recursive: true, force: true });
	});

	async function write(slug: string, files: Readonly<Record<string, string>>): Promise<void> {
		for (const [path, text] of Object.entries(files)) await workspaceOf(slug).write(path, text);
	}

	/** Opens the studio on an app; the page closes when the work is done. */
	async function inStudio(
		slug: string,
		work: (page: Page, messages: () => Promise<readonly FrameMessage[]>) => Promise<void>,
		from = builder,
		kind = 'draft',
	): Promise<void> {
		const page = await browser.newPage();
		try {
			const frame = draft(slug).replace('--draft', `--${kind}`) + '/';
			await page.goto(`${from}/?frame=${encodeURIComponent(frame)}`);
			await work(page, async () => {
				const all: unknown = await page.evaluate('window.messages');
				return (all as unknown[]).map((message) => frameMessage.parse(message));
			});
		} finally {
			await page.close();
		}
	}

	const booted = (page: Page, times = 1) =>
		page.waitForFunction(
			`window.messages.filter((message) => message.type === 'booted').length >= ${String(times)}`,
		);

	it('mounts, reports its build with the nonce, streams what it logs and where it is', async () => {
		await write('good', {
			'src/App.svelte': `<script>
	console.log('early', { a: [1] });
	let n = $state(0);
</script>
<h1 class="text-3xl">Hello {n}</h1>
<button onclick={() => { n += 1; console.warn('clicked', n); history.pushState({}, '', '/about?x=1#y'); }}>Go</button>
`,
		});
		const { build } = await preview.build('good');
		await inStudio('good', async (page, messages) => {
			await booted(page);
			expect(await messages()).toContainEqual({
				type: 'booted',
				build,
				nonce: 'nonce-1',
				errors: [],
			});
			const frame = page.frameLocator('#frame');
			await frame.getByRole('button').click();
			expect(await frame.locator('h1').textContent()).toBe('Hello 1');
			const size = await frame.locator('h1').evaluate((node) => getComputedStyle(node).fontSize);
			expect(size).toBe('30px');
			await page.waitForFunction(
				"window.messages.some((message) => message.path === '/about?x=1#y')",
			);
			expect(await messages()).toEqual(
				expect.arrayContaining([
					{ type: 'navigated', path: '/' },
					{ type: 'console', level: 'log', text: 'early { a: [1] }' },
					{ type: 'console', level: 'warn', text: 'clicked 1' },
				]),
			);
		});
	});

	it('tells a studio that comes later or again, and reloads when it is asked to', async () => {
		await write('later', { 'src/App.svelte': '<h1>Hello</h1>' });
		await inStudio('later', async (page, messages) => {
			await booted(page);
			await page.evaluate("window.hello('nonce-2')");
			await booted(page, 2);
			const nonces = (await messages()).flatMap((one) =>
				one.type === 'booted' ? [one.nonce] : [],
			);
			expect(nonces).toEqual(['nonce-1', 'nonce-2']);
			await page.evaluate("window.messages = []; window.port.postMessage({ type: 'reload' })");
			await booted(page);
			expect(await messages()).toContainEqual({ type: 'navigated', path: '/' });
		});
	});

	it.each([
		['something at once', '<h1>Hello</h1>', true],
		[
			'nothing yet',
			'<script>setTimeout(() => (document.body.textContent = "Hello"), 50);</script>',
			false,
		],
	])('says that it has mounted when it shows %s', async (_name, source, told) => {
		const slug = told ? 'shown' : 'blank';
		await write(slug, { 'src/App.svelte': source });
		await inStudio(slug, async (page, messages) => {
			await booted(page);
			const types = (await messages()).map(({ type }) => type);
			expect(types.filter((type) => type !== 'navigated')).toEqual([
				...(told ? ['mounted'] : []),
				'booted',
			]);
		});
	});

	it.each([
		[
			'an error while it starts',
			'<script>const user = undefined; function show() { return user.name; }</script><h1>{show()}</h1>',
			/TypeError: Cannot read properties of undefined \(reading 'name'\)[\s\S]*at show /,
		],
		[
			'an error in a module',
			"<script module>throw new Error('no start');</script><h1>Hello</h1>",
			/Error: no start/,
		],
		[
			'a rejection nobody handles',
			"<script>Promise.reject(new Error('lost'));</script><h1>Hello</h1>",
			/^Unhandled rejection: Error: lost/,
		],
		[
			'an error in an effect',
			"<script>$effect(() => { throw new Error('in effect'); });</script><h1>Hello</h1>",
			/Error: in effect/,
		],
		[
			'what it logs as an error',
			"<script>console.error('careful', 5);</script><h1>Hello</h1>",
			/^console\.error: careful 5$/,
		],
		['source that does not compile', '<h1>{</h1>', /^src\/App\.svelte:1:\d+ /],
	])('reports %s', async (name, source, expected) => {
		const slug = name
			.replace(/[^a-z]+/g, '-')
			.slice(0, 30)
			.replace(/-$/, '');
		await write(slug, { 'src/App.svelte': source });
		const { build } = await preview.build(slug);
		await inStudio(slug, async (page, messages) => {
			await booted(page);
			const report = (await messages()).find((message) => message.type === 'booted');
			expect(report).toMatchObject({ build, nonce: 'nonce-1' });
			expect(report?.errors).toEqual([expect.stringMatching(expected)]);
		});
	});

	it('clips what is long and leaves out what is too much, and stays whole', async () => {
		await write('loud', {
			'src/App.svelte': `<script>
	for (let i = 0; i < 40; i++) console.error('e'.repeat(100_000));
	for (let i = 0; i < 1000; i++) console.log(i);
	console.log('x'.repeat(200_000), 'the end');
</script><h1>Hello</h1>`,
		});
		await inStudio('loud', async (page, messages) => {
			await booted(page);
			const all = await messages();
			expect(all.length).toBeLessThan(500);
			for (const message of all) {
				expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(64 * 1024);
			}
		});
	});

	it('answers nobody but the builder that frames it', async () => {
		await write('shy', { 'src/App.svelte': '<h1>Hello</h1>' });
		// The frame's own policy keeps a stranger from showing it at all.
		await inStudio(
			'shy',
			async (page, messages) => {
				await page.waitForTimeout(1500);
				expect(await messages()).toEqual([]);
				expect(page.frames().map((frame) => frame.url())).not.toContain(draft('shy') + '/');
			},
			stranger,
		);
		// Without that policy the boot script itself tells a stranger nothing, and the builder all.
		for (const from of [stranger, builder]) {
			await inStudio(
				'shy',
				async (page, messages) => {
					await page.frameLocator('#frame').locator('h1').waitFor();
					if (from === builder) await booted(page);
					else await page.waitForTimeout(1000);
					expect((await messages()).some((one) => one.type === 'booted')).toBe(from === builder);
				},
				from,
				'open',
			);
		}
		// And a greeting that is not one is not answered.
		await inStudio('shy', async (page, messages) => {
			await booted(page);
			await page.evaluate("window.messages = []; window.hello('n', { type: 'other' })");
			await page.evaluate("window.hello(5); window.hello('x', { nonce: {} })");
			await page.waitForTimeout(300);
			expect(await messages()).toEqual([]);
			// A greeting from itself, as any script in the app could send it.
			await page.evaluate('window.onframe = undefined');
			const frame = page.frames()[1];
			await frame?.evaluate(
				"window.postMessage({ type: 'tinykit:hello', nonce: 'own' }, '*', [new MessageChannel().port2])",
			);
			await page.evaluate("window.hello('after')");
			await booted(page);
			expect(await messages()).toEqual([expect.objectContaining({ nonce: 'after' })]);
		});
	});

	it('works when it is opened in a tab of its own', async () => {
		await write('alone', { 'src/App.svelte': '<h1>Hello</h1>' });
		const page = await browser.newPage();
		const errors: string[] = [];
		page.on('pageerror', (error) => errors.push(String(error)));
		page.on('console', (message) => {
			// Chromium does not know this directive yet and says so.
			if (!message.text().includes("'webrtc'")) errors.push(message.text());
		});
		await page.goto(draft('alone') + '/');
		expect(await page.locator('h1').textContent()).toBe('Hello');
		expect(errors).toEqual([]);
		await page.close();
	});

	it('reads, writes and follows data as a person who signed up, also after a reload', async () => {
		await write('data', {
			'src/App.svelte': `<script>
	import { data } from '$data';
	import { auth } from '$auth';
	let posts = $state([]);
	let refused = $state('');
	const load = async () => { posts = (await data.posts.list({ sort: 'text', filter: 'text != {:no}', params: { no: 'x"y' } })).items; };
	load();
	$effect(() => data.posts.subscribe(({ action, record }) => {
		if (action === 'create') posts = [...posts.filter((post) => post.id !== record.id), record];
	}));
	const post = async () => { try { await data.posts.create({ text: 'hello' }); } catch (error) { refused = error.name; } };
</script>
<p id="who">{auth.user?.email ?? 'nobody'}</p>
<p id="refused">{refused}</p>
<ul>{#each posts as post (post.id)}<li>{post.text}</li>{/each}</ul>
<button id="up" onclick={() => auth.signUp({ email: 'ann@example.test', password: 'correct horse', name: 'Ann' })}>Sign up</button>
<button id="in" onclick={() => auth.signIn('ann@example.test', 'correct horse')}>Sign in</button>
<button id="out" onclick={() => auth.signOut()}>Sign out</button>
<button id="post" onclick={post}>Post</button>
`,
		});
		const context = await browser.newContext();
		const [page, other] = [await context.newPage(), await browser.newPage()];
		try {
			await Promise.all([page.goto(draft('data') + '/'), other.goto(draft('data') + '/')]);
			const who = (text: string) => page.locator('#who', { hasText: text }).waitFor();
			await who('nobody');
			await page.click('#post');
			await page.locator('#refused', { hasText: 'ClientResponseError 400' }).waitFor();
			await page.click('#up');
			await who('ann@example.test');
			await page.click('#post');
			// Both see it: the one who wrote it and a stranger who only listens.
			await Promise.all([page.waitForSelector('li'), other.waitForSelector('li')]);
			await page.reload();
			await who('ann@example.test');
			expect(await page.locator('li').allTextContents()).toEqual(['hello']);
			await page.click('#out');
			await who('nobody');
			await page.reload();
			await who('nobody');
			await page.click('#in');
			await who('ann@example.test');
			// Not a cookie anywhere: the token lies in the storage of the app's origin.
			expect(await context.cookies()).toEqual([]);
			expect(await page.evaluate("localStorage.getItem('pocketbase_auth') !== null")).toBe(true);
			expect(await other.locator('#who').textContent()).toBe('nobody');
		} finally {
			await context.close();
			await other.close();
		}
	});

	it('loads without storage, as in a sandbox without an origin', async () => {
		await write('bare', {
			'src/App.svelte': `<script>
	import { auth } from '$auth';
	let failed = $state('');
	try { localStorage; } catch (error) { failed = error.name; }
</script><h1>{failed} {auth.user ? 'somebody' : 'nobody'}</h1>`,
		});
		const page = await browser.newPage();
		await page.goto(draft('bare').replace('--draft', '--bare') + '/');
		expect(await page.locator('h1').textContent()).toBe('SecurityError nobody');
		await page.close();
	});
});
