import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './support/browser.ts';
import { requestHost } from './support/http.ts';
import { owner, signIn, type MemberApi } from './support/member.ts';
import { logIn } from './support/pages.ts';
import { makeInstallation, startTinykit, type Tinykit } from './support/tinykit.ts';

/** An app that tries to get out, and shows what came of each try. */
const probe = (builder: string): string => `<script lang="ts">
	const builder = ${JSON.stringify(builder)};
	let result = $state('');

	async function attempt(run: () => unknown): Promise<string> {
		try {
			return 'reached ' + String(await run()).slice(0, 200);
		} catch (error) {
			return 'refused ' + (error as Error).name;
		}
	}
	const read = async (path: string, init?: RequestInit) => (await fetch(builder + path, init)).text();

	async function tryAll() {
		const tries = {
			parentDocument: await attempt(() => window.parent.document.title),
			parentStorage: await attempt(() => window.parent.sessionStorage.length),
			topLocation: window.top === window ? 'not framed' : await attempt(() => {
				window.top!.location.href = builder + '/escaped';
				return 'navigated';
			}),
			apps: await attempt(() => read('/tinykit/api/apps')),
			status: await attempt(() => read('/tinykit/api/status')),
			login: await attempt(() => read('/_pb/api/collections/_superusers/auth-with-password', {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ identity: 'a@example.com', password: 'x' }),
			})),
			own: await attempt(async () => (await fetch('/_pb/api/health')).status),
			// Denied altogether where the browser blocks storage of embedded sites.
			storage: await attempt(() => JSON.stringify({ ...sessionStorage, ...localStorage })),
			cookies: document.cookie,
		};
		result = JSON.stringify(tries);
	}
	$effect(() => void tryAll());
</script>

<pre id="probe">{result}</pre>
`;

let tinykit: Tinykit;
let api: MemberApi;
let browser: Browser;
let remove: () => Promise<void>;

beforeAll(async () => {
	const installation = await makeInstallation();
	remove = installation.remove;
	tinykit = await startTinykit(installation.dir);
	api = await signIn(tinykit);
	expect((await api.call('POST', '/apps', { name: 'Probe' })).status).toBe(201);
	const written = await api.call('PUT', '/apps/probe/files/src/App.svelte', probe(tinykit.origin), {
		'content-type': 'text/plain',
	});
	expect(written.status).toBe(200);
	expect((await api.call('POST', '/apps/probe/preview')).json()).toMatchObject({
		ok: true,
		problems: [],
	});
	browser = await openBrowser();
});
afterAll(async () => {
	await browser.close();
	await tinykit.stop();
	await remove();
});

interface Seen {
	readonly context: BrowserContext;
	readonly page: Page;
	readonly setCookies: string[];
}

async function openPage(options: { bypassCSP?: boolean } = {}): Promise<Seen> {
	const context = await browser.newContext(options);
	const page = await context.newPage();
	const setCookies: string[] = [];
	context.on('response', (response) => {
		if (response.headers()['set-cookie'] !== undefined) setCookies.push(response.url());
	});
	return { context, page, setCookies };
}

async function results(frame: FrameLocator | Page): Promise<Record<string, string>> {
	const text = frame.locator('#probe');
	await text.filter({ hasText: 'parentDocument' }).waitFor();
	return JSON.parse((await text.textContent()) ?? '') as Record<string, string>;
}

describe('an app cannot reach the builder', () => {
	it('from the preview frame of the studio', async () => {
		const { context, page, setCookies } = await openPage();
		await logIn(page, tinykit.origin);
		await page.goto(`${tinykit.origin}/tinykit/apps/probe`);
		const element = page.getByTestId('preview-frame');
		await element.waitFor();
		expect(await element.getAttribute('sandbox')).toBe(
			'allow-scripts allow-same-origin allow-forms allow-modals',
		);
		const source = new URL((await element.getAttribute('src')) ?? '');
		expect(source.origin).not.toBe(new URL(page.url()).origin);
		const seen = await results(page.frameLocator('[data-testid=preview-frame]'));
		expect(seen).toMatchObject({
			parentDocument: 'refused SecurityError',
			parentStorage: 'refused SecurityError',
			topLocation: 'refused SecurityError',
			apps: 'refused TypeError',
			status: 'refused TypeError',
			login: 'refused TypeError',
			own: 'reached 200',
			cookies: '',
		});
		expect(seen['storage']).not.toContain('token');
		expect(new URL(page.url()).pathname).toBe('/tinykit/apps/probe');
		expect(setCookies).toEqual([]);
		expect(await context.cookies()).toEqual([]);
		await context.close();
	});

	it.each([
		['with the app’s CSP', false],
		['with the CSP removed', true],
	])('from a page of its own, %s', async (_, bypassCSP) => {
		const { context, page } = await openPage({ bypassCSP });
		await page.goto(`http://probe--draft.localhost:${String(tinykit.port)}`);
		const seen = await results(page);
		// The answers of the builder stay unread in both cases: no CORS headers, whatever the page's own policy.
		expect(seen).toMatchObject({
			apps: 'refused TypeError',
			status: 'refused TypeError',
			login: 'refused TypeError',
			own: 'reached 200',
		});
		await context.close();
	});
});

describe('strangers', () => {
	const json = { 'content-type': 'application/json' };
	const post = (host: string, path: string, body: unknown) =>
		requestHost(tinykit.port, host, path, {
			method: 'POST',
			headers: json,
			body: JSON.stringify(body),
		});

	it('cannot sign up at the builder', async () => {
		const account = {
			email: 'stranger@example.com',
			password: 'long enough 123',
			passwordConfirm: 'long enough 123',
		};
		expect((await post('localhost', '/_pb/api/collections/users/records', account)).status).toBe(
			403,
		);
	});

	it('can sign up at an app, and its token opens nothing of the builder', async () => {
		const account = {
			email: 'visitor@example.com',
			password: 'long enough 123',
			passwordConfirm: 'long enough 123',
		};
		const host = 'probe--draft.localhost';
		expect((await post(host, '/_pb/api/collections/users/records', account)).status).toBe(200);
		const login = await post(host, '/_pb/api/collections/users/auth-with-password', {
			identity: account.email,
			password: account.password,
		});
		expect(login.status).toBe(200);
		const headers = { authorization: String(login.json()['token']) };
		for (const path of [
			'/tinykit/api/apps',
			'/tinykit/api/settings',
			'/_pb/@probe--draft/api/collections',
		]) {
			expect((await requestHost(tinykit.port, 'localhost', path, { headers })).status, path).toBe(
				401,
			);
		}
	});

	it.each([
		['localhost', '/tinykit/api/apps', 401],
		['localhost', '/tinykit/api/nothing', 401],
		['localhost', '/_pb/@probe--draft/api/collections', 401],
		['localhost', '/_pb/api/collections', 401],
		['127.0.0.1', '/tinykit/api/status', 200],
		['127.0.0.1', '/tinykit', 302],
		['evil.example.com', '/tinykit/api/status', 421],
		['probe--draft.localhost', '/tinykit', 404],
		['probe--draft.localhost', '/tinykit/api/status', 404],
		['probe--draft.localhost', '/_pb/_/', 404],
		['probe--draft.localhost', '/_pb/api/collections', 404],
		['probe--draft.localhost', '/_pb/api/settings', 404],
		['probe--draft.localhost', '/_pb/api/backups', 404],
		['probe--draft.localhost', '/_pb/api/logs', 404],
		['probe--draft.localhost', '/_pb/api/collections/_superusers/records', 404],
		['probe--draft.localhost', '/_pb/api/collections/pbc_3142635823/auth-methods', 404],
		['probe--draft.localhost', '/_pb/api/collections/%5Fsuperusers/records', 404],
		['probe--draft.localhost', '/_pb/api/health', 200],
		['nothing-here--draft.localhost', '/', 404],
		['probe.localhost', '/', 404],
	])('%s%s is %i', async (host, path, status) => {
		const answer = await requestHost(tinykit.port, host, path);
		expect(answer.status).toBe(status);
		expect(answer.headers['set-cookie']).toBeUndefined();
		if (host === 'localhost') expect(answer.headers['access-control-allow-origin']).toBeUndefined();
	});

	it('a page of another site is not answered, even with a token', async () => {
		const headers = { authorization: api.token, 'sec-fetch-site': 'cross-site' };
		expect(
			(await requestHost(tinykit.port, 'localhost', '/tinykit/api/apps', { headers })).status,
		).toBe(403);
	});
});

it('setup cannot be done twice', async () => {
	const again = await requestHost(tinykit.port, 'localhost', '/tinykit/api/setup', {
		method: 'POST',
		body: JSON.stringify({ code: tinykit.code, ...owner }),
	});
	expect(again.status).toBe(403);
	expect(again.json()).toMatchObject({ data: { code: 'setup_closed' } });
});
