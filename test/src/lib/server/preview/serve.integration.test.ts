import { describe, expect, it } from 'vitest';
import { assetsOf, builderOrigin, studio } from './fixture.ts';

const hello = { 'src/App.svelte': '<h1 class="p-4">Hello</h1>' };

/** What stands in the data block of a page. */
function factsOf(html: string): unknown {
	const text = /<script type="application\/json" id="tinykit">(.*?)<\/script>/s.exec(html)?.[1];
	return JSON.parse(text ?? 'null');
}

describe('a page', () => {
	it('is served for every path without an ending, from what the files are now', async () => {
		const { write, get } = await studio();
		await write(hello);
		for (const path of [
			'/',
			'/about',
			'/a/b/',
			'/posts/1?sort=-x.y',
			'/gr%C3%BC%C3%9Fe',
			'/a%20b',
		]) {
			const reply = await get(path);
			expect([path, reply.status, reply.headers.get('content-type')]).toEqual([
				path,
				200,
				'text/html; charset=utf-8',
			]);
			expect(reply.headers.get('cache-control')).toBe('no-store');
			expect(await reply.text()).toContain('<div id="app"');
		}
		expect((await assetsOf(await get('/'), get)).js).toContain('>Hello<');
		await write({ 'src/App.svelte': '<h1>Changed</h1>' });
		expect((await assetsOf(await get('/'), get)).js).toContain('>Changed<');
	});

	it('may connect to its own host alone, except that a page in a tab of its own may be left by a link', async () => {
		const { write, get } = await studio();
		await write({ ...hello, 'static/w.js': 'close()' });
		for (const [path, destination, allowed] of [
			['/', 'iframe', '(response-origin)'],
			['/', 'document', null],
			['/', undefined, '(response-origin)'],
			['/w.js', 'worker', '(response-origin)'],
		] as const) {
			const asked = destination === undefined ? {} : { 'sec-fetch-dest': destination };
			expect((await get(path, asked)).headers.get('connection-allowlist')).toBe(allowed);
		}
	});

	it('may be framed by the builder alone, talk to its own host alone, and holds no inline script', async () => {
		const { write, get } = await studio();
		await write(hello);
		const reply = await get('/');
		const policy = reply.headers.get('content-security-policy') ?? '';
		const directives = Object.fromEntries(
			policy.split('; ').map((one) => [one.split(' ')[0] ?? '', one.split(' ').slice(1).join(' ')]),
		);
		expect(directives).toEqual({
			'default-src': "'self'",
			'script-src': "'self' 'wasm-unsafe-eval'",
			'style-src': "'self' 'unsafe-inline'",
			'img-src': "'self' data: blob:",
			'media-src': "'self' data: blob:",
			'font-src': "'self' data:",
			'connect-src': "'self'",
			'frame-src': "'none'",
			'object-src': "'none'",
			'base-uri': "'none'",
			'form-action': "'self'",
			'frame-ancestors': builderOrigin,
			webrtc: "'block'",
		});
		expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
		expect(reply.headers.get('set-cookie')).toBeNull();
		expect(reply.headers.get('access-control-allow-origin')).toBeNull();
		const html = await reply.text();
		const scripts = [...html.matchAll(/<script([^>]*)>/g)].map((match) => match[1] ?? '');
		expect(scripts.every((one) => /type="application\/json"|src="\/assets\//.test(one))).toBe(true);
	});

	it('names the builder of this request', async () => {
		const { write, again } = await studio();
		await write(hello);
		let origin = 'https://one.example';
		const preview = again({ builderOrigin: () => origin });
		const ask = () => preview.serve('demo', { method: 'GET', path: '/', headers: {} });
		expect(factsOf(await (await ask()).text())).toMatchObject({ origin });
		origin = 'https://two.example';
		const reply = await ask();
		expect(reply.headers.get('content-security-policy')).toContain(`frame-ancestors ${origin};`);
		expect(factsOf(await reply.text())).toMatchObject({ origin, problems: [] });
	});

	it('cannot be broken out of by a name', async () => {
		const { write, get } = await studio();
		await write({
			...hello,
			'app.json': JSON.stringify({ name: '</title><script>alert(1)</script>' }),
		});
		const html = await (await get('/')).text();
		expect(html).not.toContain('<script>alert');
		expect(html).toContain('&lt;/title&gt;');
	});

	it('is named after the app, also when app.json is broken', async () => {
		const { write, get } = await studio();
		for (const text of ['{', '[]', 'null', '{"name": 5}', '{"name": ""}']) {
			await write({ ...hello, 'app.json': text });
			expect(await (await get('/')).text()).toContain('<title>Demo</title>');
		}
		await write({ 'app.json': '{"name": "Bücher"}' });
		expect(await (await get('/')).text()).toContain('<title>Bücher</title>');
	});
});

describe('without a good build', () => {
	it('an empty workspace says so, neutrally', async () => {
		const { get, preview } = await studio();
		const reply = await get('/');
		expect(reply.status).toBe(200);
		const html = await reply.text();
		expect(html).toContain('Nothing here yet');
		expect(html).not.toMatch(/wrong|error/i);
		const { build, serving } = await preview.build('demo');
		expect(serving).toBeNull();
		expect(factsOf(html)).toEqual({
			build,
			origin: builderOrigin,
			problems: ['There is nothing to show yet.'],
		});
		// The studio can talk to this page too.
		expect((await assetsOf(await get('/'), get)).boot).toContain('tinykit:hello');
	});

	it('broken source is told in words, with its places, as text', async () => {
		const { get, write } = await studio();
		await write({ 'src/App.svelte': '<h1>Hi</h1>\n{@html "<script>alert(1)</script>" + }\n' });
		const reply = await get('/some/page');
		expect(reply.status).toBe(422);
		expect(reply.headers.get('content-security-policy')).toContain(builderOrigin);
		const html = await reply.text();
		expect(html).toContain('<h1>The app cannot be shown yet</h1>');
		expect(html).toContain('src/App.svelte:2:');
		expect(html).toContain('&lt;script&gt;alert');
		expect(html).not.toContain('<script>alert');
		expect(factsOf(html)).toMatchObject({
			problems: [expect.stringMatching(/^src\/App\.svelte:2:\d+ /)],
		});
	});
});

describe('a file', () => {
	it('that was built may be kept for ever, and is there while an older page is open', async () => {
		const { write, get, again } = await studio();
		await write(hello);
		const old = /src="(\/assets\/app-[^"]+\.js)"/.exec(await (await get('/')).text())?.[1] ?? '';
		for (let n = 0; n < 8; n++) {
			await write({ 'src/App.svelte': `<h1>${String(n)}</h1>` });
			await get('/');
		}
		const restarted = again();
		for (const reply of [
			await get(old),
			await restarted.serve('demo', { method: 'GET', path: old, headers: {} }),
		]) {
			expect(reply.status).toBe(200);
			expect(reply.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
			expect(reply.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
			expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
			expect(await reply.text()).toContain('>Hello<');
		}
	});

	it('of the folder static is public, with its type', async () => {
		const { write, get } = await studio();
		await write({
			...hello,
			'static/favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
			'static/docs/terms.html': '<h1>Terms</h1>',
			'static/data.json': '{}',
			'static/odd.xyz': 'odd',
		});
		const html = await (await get('/')).text();
		expect(html).toContain('<link rel="icon" href="/favicon.svg">');
		for (const [path, type] of [
			['/favicon.svg', 'image/svg+xml'],
			['/docs/terms.html', 'text/html; charset=utf-8'],
			['/data.json', 'application/json'],
			['/odd.xyz', 'application/octet-stream'],
		] as const) {
			const reply = await get(path);
			expect([path, reply.status, reply.headers.get('content-type')]).toEqual([path, 200, type]);
			expect(reply.headers.get('content-security-policy')).toContain("script-src 'self'");
			const etag = reply.headers.get('etag') ?? '';
			expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
			const second = await get(path, { 'if-none-match': etag });
			expect([second.status, await second.text()]).toEqual([304, '']);
		}
	});

	it('of the source is not served', async () => {
		const { write, get } = await studio();
		await write({ ...hello, 'app.json': '{"name":"x"}', 'src/secret.ts': 'export {}' });
		await get('/');
		for (const path of [
			'/src/App.svelte',
			'/src/secret.ts',
			'/app.json',
			'/static/x.svg',
			'/favicon.ico',
			'/assets/app.js',
			'/assets/../src/App.svelte',
			'/%2e%2e/demo/src/App.svelte',
			'/..%2fsrc%2fApp.svelte',
			'/.git/config',
			'/.env',
		]) {
			const reply = await get(path);
			expect([path, reply.status]).toEqual([path, 404]);
			expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
		}
	});
});

describe('a request', () => {
	it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('by %s is refused', async (method) => {
		const { preview } = await studio();
		const reply = await preview.serve('demo', { method, path: '/', headers: {} });
		expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
	});

	it('by HEAD has the headers and no body', async () => {
		const { write, get, preview } = await studio();
		await write(hello);
		const whole = await get('/');
		const reply = await preview.serve('demo', { method: 'HEAD', path: '/', headers: {} });
		expect(reply.status).toBe(200);
		expect(reply.headers.get('content-length')).toBe(whole.headers.get('content-length'));
		expect(await reply.text()).toBe('');
	});

	it.each(['/%', '/%ff', '/a%00b', '/a%5cb', 'no-slash'])('for %j is refused', async (path) => {
		const { get } = await studio();
		expect((await get(path)).status).toBe(400);
	});
});
