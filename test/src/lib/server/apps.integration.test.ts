import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInstallation, type Installation } from './support/installation.ts';

let tinykit: Installation;
let owner: string;
beforeAll(async () => {
	tinykit = await openInstallation();
	owner = await tinykit.account('owner@example.com', 'owner');
});
afterAll(() => tinykit.close());

const host = (slug: string) => `${slug}--draft.localhost`;
const openDraft = (slug: string) => tinykit.ask('/_pb/api/health', { host: host(slug) });

describe('an app that is deleted', () => {
	it('is gone with its data, its source and its streams, and its name starts anew', async () => {
		const { runtime } = tinykit;
		const { slug } = await runtime.apps.create('Old shop');
		expect((await openDraft(slug)).status).toBe(200);
		await runtime.workspace(slug).write('src/a.txt', 'mine', {});
		// A stream that stays open: its end is the app's end.
		const stream = tinykit.ask('/_pb/api/realtime', { host: host(slug) });
		while (!runtime.backends.stages(slug).length) await openDraft(slug);
		const requests = Promise.all(Array.from({ length: 20 }, () => openDraft(slug)));
		const reply = await tinykit.ask(`/tinykit/api/apps/${slug}`, {
			method: 'DELETE',
			headers: { authorization: owner },
		});
		expect(reply.status).toBe(204);
		for (const { status } of await requests) expect([200, 400, 404, 500]).toContain(status);
		expect((await stream).text).toContain('PB_CONNECT');
		expect((await openDraft(slug)).status).toBe(404);
		expect(existsSync(join(tinykit.dir, 'data/apps', slug))).toBe(false);
		expect(existsSync(join(tinykit.dir, 'workspace', slug))).toBe(false);
		const again = await runtime.apps.create('Old shop');
		expect(again.slug).toBe(slug);
		expect(await runtime.workspace(slug).list()).toEqual([]);
		expect((await openDraft(slug)).status).toBe(200);
		expect(existsSync(join(tinykit.dir, 'data/apps', slug, 'draft/data.db'))).toBe(true);
	});

	it('is deleted by one of two', async () => {
		const { slug } = await tinykit.runtime.apps.create('Twice');
		const both = await Promise.allSettled([
			tinykit.runtime.removeApp(slug),
			tinykit.runtime.removeApp(slug),
		]);
		expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		expect((await readdir(join(tinykit.dir, 'workspace'))).join()).not.toContain('twice');
	});

	it('cannot be opened while it goes', async () => {
		const { slug } = await tinykit.runtime.apps.create('Going');
		const { backends } = tinykit.runtime;
		await backends.use(slug, 'draft', () => Promise.resolve());
		await backends.retire(slug, async () => {
			await expect(backends.use(slug, 'draft', () => Promise.resolve())).rejects.toMatchObject({
				code: 'app_not_found',
			});
		});
		await backends.use(slug, 'draft', () => Promise.resolve());
	});
});

describe('a new app', () => {
	it('does not take over what lies under its name', async () => {
		const left = join(tinykit.dir, 'data/apps/leftover/draft');
		await mkdir(left, { recursive: true });
		await writeFile(join(left, 'data.db'), 'somebody else');
		expect((await tinykit.runtime.apps.create('Leftover')).slug).toBe('leftover-2');
	});
});

describe('backends', () => {
	it('are open while they are used and refuse when everything is closed', async () => {
		const other = await openInstallation();
		const { backends } = other.runtime;
		const { slug } = await other.runtime.apps.create('Last');
		const seen = await backends.use(slug, 'draft', async ({ app }) => app.catalog.all().length);
		expect(seen).toBeGreaterThan(0);
		await other.close();
		await expect(backends.use(slug, 'draft', () => Promise.resolve())).rejects.toMatchObject({
			code: 'stopping',
		});
	});
});

describe('the app host', () => {
	it.each([
		['/_pb/api/health', 200],
		['/_pb/api/collections/users/auth-methods', 200],
		['/_pb/api/collections/users/records', 200],
		['/_pb/api/collections/_superusers/auth-methods', 404],
		['/_pb/api/collections/%5Fsuperusers/auth-methods', 404],
		['/_pb/api/collections/_SUPERUSERS/records', 404],
		['/_pb/api/collections/pbc_3142635823/auth-with-password', 404],
		['/_pb/api/collections', 404],
		['/_pb/api/collections/users', 404],
		['/_pb/api/collections/users/impersonate/x', 404],
		['/_pb/api/settings', 404],
		['/_pb/api/backups', 404],
		['/_pb/api/logs', 404],
		['/_pb/api/crons', 404],
		['/_pb/_/', 404],
		['/_pb/@face--draft/api/health', 404],
		['/_pb/%', 404],
		['/tinykit', 404],
		['/tinykit/api/status', 404],
	])('%s -> %i', async (path, status) => {
		if (!(await tinykit.runtime.apps.find('face'))) await tinykit.runtime.apps.create('Face');
		const reply = await tinykit.ask(path, { host: host('face') });
		expect(reply.status).toBe(status);
		expect(reply.headers['set-cookie']).toBeUndefined();
		expect(reply.headers['x-content-type-options']).toBe('nosniff');
	});

	it('shows a draft to others only under its secret name', async () => {
		const open = await openInstallation({ TINYKIT_HOST: '0.0.0.0' });
		const app = await open.runtime.apps.create('Face');
		const of = async (name: string) =>
			(await open.ask('/_pb/api/health', { host: `${name}.localhost` })).status;
		expect(await of('face--draft')).toBe(404);
		expect(await of('face--draft-aaaaaaaaaaaaaaaa')).toBe(404);
		expect(await of(`face--draft-${app.capability}`)).toBe(200);
		expect(open.runtime.origins.app(app).draft).toContain(app.capability);
		await open.close();
	});
});

describe('the host router', () => {
	it.each([
		['evil.example', '/tinykit/api/status', 421],
		['a.b.localhost', '/', 421],
		['localhost.', '/tinykit/api/status', 200],
		['[::1]', '/tinykit/api/status', 200],
		['127.0.0.1', '/tinykit', 302],
		['localhost', 'http://localhost/tinykit/api/status', 400],
		['localhost', '*', 400],
	])('%s %s -> %i', async (name, path, status) => {
		expect((await tinykit.ask(path, { host: name })).status).toBe(status);
	});

	it('answers TRACE without an error of its own', async () => {
		const before = tinykit.logged.length;
		expect((await tinykit.ask('/tinykit/api/apps', { method: 'TRACE' })).status).toBe(501);
		expect(tinykit.logged).toHaveLength(before);
	});
});
