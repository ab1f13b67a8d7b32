import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestHost } from '../../e2e/support/http.ts';
import { owner, signIn, type MemberApi } from '../../e2e/support/member.ts';
import {
	installationEnv,
	makeInstallation,
	startTinykit,
	type Tinykit,
} from '../../e2e/support/tinykit.ts';

let tinykit: Tinykit;
let api: MemberApi;
let dir: string;
let remove: () => Promise<void>;

beforeAll(async () => {
	({ dir, remove } = await makeInstallation());
	tinykit = await startTinykit(dir);
	api = await signIn(tinykit);
	await api.call('POST', '/apps', { name: 'Shop' });
	await api.call('PUT', '/apps/shop/files/src/App.svelte', '<h1>Shop</h1>\n');
	const collection = await pb('POST', '/_pb/@shop--draft/api/collections', {
		name: 'orders',
		type: 'base',
		fields: [{ name: 'n', type: 'number' }],
		createRule: '',
		listRule: '',
	});
	expect(collection.status).toBe(200);
});
afterAll(async () => {
	await tinykit.stop();
	await remove();
});

const pb = (method: string, path: string, body?: unknown, token = api.token) =>
	requestHost(tinykit.port, 'localhost', path, {
		method,
		headers: { authorization: token, 'content-type': 'application/json' },
		...(body !== undefined && { body: JSON.stringify(body) }),
	});
const order = (n: number) => pb('POST', '/_pb/@shop--draft/api/collections/orders/records', { n });

/** `npx tinykit …` on this installation. */
async function cli(
	words: readonly string[],
	at = dir,
): Promise<{ code: number; out: string; err: string }> {
	const child = spawn(process.execPath, ['bin/tinykit.mjs', ...words], {
		env: { ...process.env, ...installationEnv(at), PORT: '0' },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let [out, err] = ['', ''];
	child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
	const [code] = (await once(child, 'close')) as [number];
	return { code, out, err };
}

describe('tinykit backup', () => {
	it('makes one through the running server while orders come in, and all of it is there after a restore', async () => {
		let count = 0;
		const load = { on: true };
		const orders = (async () => {
			while (load.on) {
				expect((await order(count + 1)).status).toBe(200);
				count++;
			}
		})();
		while (count < 20) await delay(10);
		const before = count;
		const made = await cli(['backup', 'create']);
		expect(made).toMatchObject({ code: 0, err: '' });
		const after = count;
		load.on = false;
		await orders;
		const key = made.out.split(' ')[0] ?? '';
		expect(key).toMatch(/^tinykit-.*\.zip$/);
		expect((await cli(['backup', 'list'])).out).toContain(key);
		expect(await cli(['backup', 'verify', key])).toMatchObject({ code: 0 });

		// To another machine: an empty installation and the file alone.
		const other = await makeInstallation();
		const file = join(other.dir, key);
		await copyFile(join(dir, 'backups', key), file);
		expect(await cli(['backup', 'restore', file], other.dir)).toMatchObject({ code: 0, err: '' });
		const restored = await startTinykit(other.dir);
		try {
			expect(restored.code).toBe('');
			const member = await signIn(restored);
			expect((await member.call('GET', '/apps/shop/files/src/App.svelte')).text).toBe(
				'<h1>Shop</h1>\n',
			);
			const list = await requestHost(
				restored.port,
				'shop--draft.localhost',
				'/_pb/api/collections/orders/records?perPage=1000&sort=n',
			);
			const found = (list.json()['items'] as { n: number }[]).map((record) => record.n);
			// A consistent moment of the load: no gap, nothing from before it missing, nothing invented.
			expect(found).toEqual(found.map((_, i) => i + 1));
			expect(found.length).toBeGreaterThanOrEqual(before);
			expect(found.length).toBeLessThanOrEqual(after + 1);
		} finally {
			await restored.stop();
			await other.remove();
		}
	});

	it('refuses to restore under a running server, and names it', async () => {
		const [key = ''] = (await readdir(join(dir, 'backups'))).filter((name) =>
			name.endsWith('.zip'),
		);
		const refused = await cli(['backup', 'restore', key]);
		expect(refused.code).toBe(1);
		expect(refused.err).toMatch(
			/^tinykit: Process \d+ uses this data directory; stop it before a restore\.\n$/,
		);
	});

	it('finds a single flipped bit, and does not restore from it', async () => {
		const [key = ''] = (await readdir(join(dir, 'backups'))).filter((name) =>
			name.endsWith('.zip'),
		);
		const damaged = 'tinykit-20200101000000.zip';
		const bytes = await readFile(join(dir, 'backups', key));
		const at = Math.floor(bytes.length / 2);
		bytes[at] = (bytes[at] ?? 0) ^ 1;
		await writeFile(join(dir, 'backups', damaged), bytes);
		const verified = await cli(['backup', 'verify', damaged]);
		expect(verified.code).toBe(1);
		expect(verified.err).toMatch(/^tinykit: The backup is damaged/);
		const other = await makeInstallation();
		const restored = await cli(['backup', 'restore', join(dir, 'backups', damaged)], other.dir);
		expect(restored.code).toBe(1);
		expect(await readdir(join(other.dir, 'pb_data'))).not.toContain('data.db');
		await other.remove();
		await rm(join(dir, 'backups', damaged));
	});

	it('runs by the builder’s schedule and keeps the newest', async () => {
		const settings = await api.call('PATCH', '/settings', {
			backups: { cron: '0 3 * * *', cronMaxKeep: 2 },
		});
		expect(settings.json()).toMatchObject({ backups: { cron: '0 3 * * *', cronMaxKeep: 2 } });
		expect(
			(await api.call('PATCH', '/settings', { backups: { cron: 'every day' } })).json(),
		).toMatchObject({
			status: 400,
			data: { code: 'cron_invalid' },
		});
		const login = await pb(
			'POST',
			'/_pb/api/collections/_superusers/auth-with-password',
			{
				identity: owner.email,
				password: owner.password,
			},
			'',
		);
		const token = String(login.json()['token']);
		const names = async () =>
			(await readdir(join(dir, 'backups'))).filter((name) => name.endsWith('.zip')).sort();
		const [oldest = ''] = await names();
		// The very job that the ticker starts at three.
		for (let i = 0; i < 2; i++) {
			const known = await names();
			expect((await pb('POST', '/_pb/api/crons/__pbAutoBackup__', undefined, token)).status).toBe(
				204,
			);
			for (
				let wait = 0;
				wait < 200 && (await names()).every((name) => known.includes(name));
				wait++
			)
				await delay(50);
			await delay(1100);
		}
		const kept = await names();
		expect(kept).toHaveLength(2);
		expect(kept).not.toContain(oldest);
		const listed = (await api.call('GET', '/backups')).json()['items'] as Record<string, unknown>[];
		expect(listed.map((item) => item['key']).sort()).toEqual(kept);
	});
});

describe('starting', () => {
	it.each([
		[{ PORT: 'abc' }, /^tinykit: PORT must be a port number from 0 to 65535\.\n$/],
		[{ TINYKIT_DURABILITY: 'fast' }, /^tinykit: TINYKIT_DURABILITY must be full or normal\.\n$/],
		[
			{ TINYKIT_DATA_DIR: '/dev/null/data' },
			/^tinykit: The data directory \/dev\/null\/data cannot be written\.\n$/,
		],
	])('refuses %j in one sentence', async (env, sentence) => {
		const other = await makeInstallation();
		const child = spawn(process.execPath, ['bin/tinykit.mjs', 'start'], {
			env: { ...process.env, ...installationEnv(other.dir), PORT: '0', ...env },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let err = '';
		child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
		const [code] = (await once(child, 'close')) as [number];
		expect(code).toBe(1);
		expect(err).toMatch(sentence);
		await other.remove();
	});

	it('refuses a directory and a port that are in use, in one sentence', async () => {
		expect(await cli(['start'])).toMatchObject({
			code: 1,
			err: expect.stringMatching(
				/^tinykit: The data directory .* is in use by process \d+\.\n$/,
			) as string,
		});
		const other = await makeInstallation();
		const child = spawn(process.execPath, ['bin/tinykit.mjs', 'start'], {
			env: { ...process.env, ...installationEnv(other.dir), PORT: String(tinykit.port) },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let err = '';
		child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
		const [code] = (await once(child, 'close')) as [number];
		expect(code).toBe(1);
		expect(err).toBe(
			`tinykit: Port ${String(tinykit.port)} is in use; stop what uses it or set PORT to another one.\n`,
		);
		await other.remove();
	});
});
