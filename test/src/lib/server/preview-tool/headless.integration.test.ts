import { createSocket } from 'node:dgram';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PreviewAction } from '#lib/contracts/index.ts';
import { blogSchema } from '../checks/apps.ts';
import { checkBench, hasChromium, type CheckBench } from '../checks/bench.ts';

const signal = new AbortController().signal;

/** Sockets of this process that wait for somebody, by their number. */
async function listening(): Promise<Set<string>> {
	const links = await Promise.all(
		(await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
	);
	const own = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
	const tables = await Promise.all(
		['tcp', 'tcp6'].map((name) => readFile(`/proc/self/net/${name}`, 'utf8').catch(() => '')),
	);
	const rows = tables.flatMap((table) => table.split('\n').map((row) => row.trim().split(/\s+/)));
	return new Set(
		rows.flatMap(([, , , state, , , , , , inode = '']) =>
			state === '0A' && own.has(inode) ? [inode] : [],
		),
	);
}

const app = `<script>
	import { data } from '$data';
	let title = $state('');
	let state = $state('draft');
	let pinned = $state(false);
	let secret = $state('');
	let posts = $state([]);
	let place = $state(location.hash);
	let problem = $state('');
	const load = async () => (posts = (await data.posts.list({ sort: 'title' })).items);
	$effect(() => { load(); });
	async function save(event) {
		event.preventDefault();
		try {
			await data.posts.create({ title, state, pinned });
			console.log('saved', { title, state });
			title = '';
			await load();
		} catch (error) {
			problem = error.message;
			console.warn('not saved', error.status);
		}
	}
	async function remove(post) {
		if (!confirm('Delete ' + post.title + '?')) return;
		await data.posts.delete(post.id).catch((error) => (problem = 'refused ' + error.status));
	}
	let seen = $state('');
	const keys = (event) => (seen = event.key);
	const elsewhere = () => fetch('https://example.com/steal?x=1').catch(() => (problem = 'blocked'));
</script>

<svelte:head><title>Posts of all</title></svelte:head>
<svelte:window onkeydown={keys} />
<h1>Posts at {place}</h1>
<form onsubmit={save}>
	<label>Title <input bind:value={title} required /></label>
	<label>State <select bind:value={state}><option value="draft">A draft</option><option value="public">For all</option></select></label>
	<label><input type="checkbox" bind:checked={pinned} /> Pinned</label>
	<label>Password <input type="password" bind:value={secret} /></label>
	<button disabled={!title}>Save it</button>
</form>
<p>Key: {seen}</p>
<p role="alert">{problem}</p>
<button onclick={elsewhere}>Send elsewhere</button>
<ul>{#each posts as post (post.id)}<li>{post.title}, {post.state}{post.pinned ? ', pinned' : ''} <button aria-label="Delete {post.title}" onclick={() => remove(post)}>x</button></li>{/each}</ul>
<p style="display: none">You cannot see this.</p>
`;

describe.skipIf(!hasChromium)('the app in headless chromium', () => {
	let bench: CheckBench;
	let slugs = 0;
	beforeAll(async () => {
		bench = await checkBench();
	});
	afterAll(() => bench.close());

	async function open(
		text: string,
		actions: readonly PreviewAction[],
		{ path = '/', screenshot = false } = {},
	) {
		const slug = `app${String((slugs += 1))}`;
		await bench.make(slug, { schema: blogSchema, files: { 'src/App.svelte': text } });
		return bench.open(slug).open({ path, actions, screenshot }, signal);
	}

	it('fills, chooses, checks, presses, waits, and sees what came of it', async () => {
		const seen = await open(
			app,
			[
				{ type: 'fill', name: 'Title', value: 'Owls' },
				{ type: 'fill', name: 'State', value: 'For all' },
				{ type: 'fill', name: 'Pinned', value: 'yes' },
				{ type: 'fill', name: 'Password', value: 'hunter2' },
				{ type: 'click', role: 'button', name: 'save it' },
				{ type: 'wait', text: 'Owls, public, pinned' },
				{ type: 'fill', name: 'Title', value: 'Bats' },
				{ type: 'press', key: 'Enter', name: 'Title' },
				{ type: 'wait', text: 'Bats, public' },
				{ type: 'press', key: 'Escape' },
				{ type: 'click', name: 'Delete Owls' },
				{ type: 'wait', text: 'refused 403' },
				{ type: 'click', name: 'Send elsewhere' },
			],
			{ path: '/#/start', screenshot: true },
		);
		if (seen.kind !== 'seen') throw new Error(seen.why);
		const { result } = seen;
		expect(result.steps.filter(({ ok }) => !ok)).toEqual([]);
		expect(seen).toMatchObject({ browser: 'headless', bootErrors: [] });
		expect(result).toMatchObject({ path: '/#/start', title: 'Posts of all' });
		expect(result.text).toContain('[heading] Posts at #/start');
		expect(result.text).toContain('[button] Save it (disabled)');
		expect(result.text).toContain('[checkbox] Pinned (checked)');
		expect(result.text).toContain('[combobox] State = For all');
		expect(result.text).toContain('Bats, public, pinned');
		expect(result.text).toContain('Key: Escape');
		expect(result.text).not.toContain('hunter2');
		expect(result.text).not.toContain('You cannot see this');
		const lines = result.console.map(({ level, text }) => `${level} ${text}`);
		expect(lines).toContain("log saved { title: 'Owls', state: 'public' }");
		expect(lines).toContain('info confirm("Delete Owls?") was answered with OK');
		expect(result.failed).toContainEqual({
			method: 'DELETE',
			url: expect.stringMatching(/^\/_pb\/api\/collections\/posts\/records\/\w+$/) as string,
			status: 403,
		});
		expect(result.failed.some(({ url }) => url.startsWith('example.com'))).toBe(true);
		expect(seen.screenshot?.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
	});

	it('takes the picture that a studio’s frame cannot take of itself', async () => {
		const detach = bench.boots.attach('run1');
		try {
			const seen = await open('<h1>Hello</h1>', [], { screenshot: true });
			expect(seen).toMatchObject({ kind: 'seen', browser: 'headless' });
			expect(seen.kind === 'seen' && seen.screenshot?.subarray(0, 2)).toEqual(
				Buffer.from([0xff, 0xd8]),
			);
			expect(bench.events.filter(({ type }) => type === 'preview_request')).toEqual([]);
		} finally {
			detach();
		}
	});

	it('stops at the first step that cannot be done and says what there is', async () => {
		const seen = await open(app, [
			{ type: 'click', role: 'button', name: 'Save it' },
			{ type: 'wait', ms: 1 },
		]);
		expect(seen).toMatchObject({
			result: { steps: [{ ok: false, text: expect.stringContaining('disabled') as string }] },
		});
		const other = await open(app, [{ type: 'click', role: 'button', name: 'Publish' }]);
		expect(other).toMatchObject({
			result: {
				steps: [{ ok: false, text: expect.stringContaining('"Send elsewhere"') as string }],
			},
		});
	});

	it('reaches nothing but the draft: not another port, not the builder', async () => {
		const asked: string[] = [];
		const server = createServer((request, response) => {
			asked.push(request.url ?? '');
			response.end('x');
		});
		server.on('connection', () => asked.push('connected'));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const udp = createSocket('udp4', () => asked.push('datagram'));
		await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
		const seen = await open(
			`<script>
	const peer = () => new (window.RTCPeerConnection ?? window.webkitRTCPeerConnection)({ iceServers: [{ urls: 'stun:127.0.0.1:${String(udp.address().port)}' }, { urls: 'turn:127.0.0.1:${String(port)}?transport=tcp', username: 'a', credential: 'b' }] });
	const tryIt = async () => {
		const one = peer();
		one.createDataChannel('x');
		await one.setLocalDescription(await one.createOffer());
	};
	tryIt().catch(() => undefined);
</script>
<h1>x</h1><img src="http://127.0.0.1:${String(port)}/img" alt="" /><img src="http://localhost:${String(bench.port)}/tinykit/api/status" alt="" />
<svelte:head><link rel="preconnect" href="http://127.0.0.1:${String(port)}" /><link rel="prefetch" href="http://127.0.0.1:${String(port)}/pre" /></svelte:head>`,
			[{ type: 'wait', ms: 1000 }],
		);
		expect(seen.kind).toBe('seen');
		expect(asked).toEqual([]);
		udp.close();
		await new Promise((resolve) => server.close(resolve));
	});

	it('is steered over no port: whoever found one could read files with the browser', async () => {
		const before = await listening();
		const opened = open('<h1>x</h1>', [{ type: 'wait', ms: 500 }]);
		const seen = new Set<string>();
		const watch = setInterval(() => {
			void listening().then((now) => {
				for (const socket of now) if (!before.has(socket)) seen.add(socket);
			});
		}, 20);
		expect(await opened).toMatchObject({ kind: 'seen', browser: 'headless' });
		clearInterval(watch);
		expect([...seen]).toEqual([]);
	});

	it('takes no message of the page that is larger than the 64 KB of the protocol', async () => {
		const answer = (extra: number) => `<script>
	addEventListener('message', ({ data, ports: [port] }) => {
		if (data?.type !== 'tinykit:hello') return;
		const told = port.onmessage;
		port.onmessage = ({ data: asked }) => {
			const result = { path: '/', title: '', steps: [], console: [], failed: [], text: 'forged' };
			port.postMessage({ type: 'previewed', id: asked.id, result, more: 'x'.repeat(${String(extra)}) });
			setTimeout(() => told({ data: asked }), 200);
		};
	});
</script><h1>real</h1>`;
		// A page can say what it likes about itself; it cannot make the server hold all of it.
		expect(await open(answer(60_000), [])).toMatchObject({ result: { text: 'forged' } });
		expect(await open(answer(70_000), [])).toMatchObject({
			result: { text: expect.stringContaining('real') as string },
		});
	});

	it('a page that hangs, and a forged answer, prove nothing', async () => {
		const hanging = await open(`<script>for (;;);</script><h1>x</h1>`, []);
		expect(hanging).toMatchObject({ kind: 'not_run' });
		const stopped = new AbortController();
		stopped.abort();
		await bench.make('stopped', { schema: blogSchema, files: { 'src/App.svelte': app } });
		expect(
			await bench
				.open('stopped')
				.open({ path: '/', actions: [], screenshot: false }, stopped.signal),
		).toMatchObject({ kind: 'not_run', why: 'The run was stopped.' });
	}, 90_000);

	it('does not open what does not compile', async () => {
		expect(await open('{#if', [])).toMatchObject({
			kind: 'not_run',
			why: expect.stringContaining('does not compile') as string,
		});
	});
});

describe('without a browser', () => {
	it('the preview is not run, and says why; a studio that follows is asked first', async () => {
		const bench = await checkBench({ headless: false });
		try {
			await bench.make('demo', { schema: blogSchema, files: { 'src/App.svelte': app } });
			const task = { path: '/', actions: [], screenshot: false } as const;
			expect(await bench.open('demo').open(task, signal)).toMatchObject({
				kind: 'not_run',
				why: expect.stringContaining('no browser in this test') as string,
			});
			const detach = bench.boots.attach('run1');
			const waiting = bench.open('demo').open(task, signal);
			let asked;
			while (!(asked = bench.events.find((event) => event.type === 'preview_request')))
				await new Promise((resolve) => setTimeout(resolve, 5));
			const result = { path: '/', title: 'x', steps: [], console: [], failed: [], text: 'Hello' };
			bench.requests.report('run1', { id: asked.requestId, nonce: asked.nonce, result });
			expect(await waiting).toMatchObject({ kind: 'seen', browser: 'studio', result });
			expect(bench.events.at(-1)).toMatchObject({ type: 'preview_answered' });
			detach();
		} finally {
			await bench.close();
		}
	});
});
