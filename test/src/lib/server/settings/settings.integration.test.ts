import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { updateSettings } from '../../../../../src/lib/contracts/index.ts';
import { sql } from '../../../../../src/lib/server/backends.ts';
import {
	message,
	refuse,
	say,
	startMessagesServer,
	type Step,
} from '../../../../fixtures/messages-server/index.ts';
import { openInstallation, type Installation } from '../support/installation.ts';

const key = 'sk-ant-a-very-secret-key';
let tinykit: Installation;
beforeEach(async () => {
	tinykit = await openInstallation();
});
afterEach(async () => {
	await tinykit.close();
	await rm(tinykit.dir, { recursive: true, force: true });
});

const set = (model: Parameters<Installation['runtime']['settings']['update']>[0]['model']) =>
	tinykit.runtime.settings.update({ model });

describe('the model key', () => {
	it('is written, used and never shown', async () => {
		const shown = await set({ provider: 'anthropic', apiKey: key });
		expect(shown.model.apiKeySet).toBe(true);
		expect((await tinykit.runtime.settings.model()).apiKey).toBe(key);
		const token = await tinykit.account('owner@example.com', 'owner');
		const reply = await tinykit.ask('/tinykit/api/settings', { headers: { authorization: token } });
		expect(reply.text).not.toContain(key);
		const { store } = tinykit.runtime.backends.builder.app;
		const row = await store.get(sql`SELECT sealed FROM _tk_secrets`);
		expect(Buffer.from(row?.['sealed'] as Uint8Array).includes(key)).toBe(false);
	});

	it('goes nowhere but to the address it was entered for', async () => {
		await set({ provider: 'anthropic', apiKey: key });
		expect((await set({ baseUrl: 'https://elsewhere.example' })).model.apiKeySet).toBe(false);
		expect((await set({ baseUrl: '' })).model.apiKeySet).toBe(false);
		await set({ baseUrl: 'https://elsewhere.example/v1', apiKey: key });
		// Another path of the same origin is the same receiver.
		expect((await set({ baseUrl: 'https://elsewhere.example/v2' })).model.apiKeySet).toBe(true);
		expect((await set({ apiKey: '' })).model.apiKeySet).toBe(false);
	});

	it('asks to be entered again after a restore without the key file, and all else works', async () => {
		await set({ provider: 'anthropic', apiKey: key });
		await tinykit.close(true);
		await openAgain();
		expect((await tinykit.runtime.settings.read()).model.apiKeySet).toBe(true);
		await tinykit.close(true);
		await rm(join(tinykit.dir, 'config/key'));
		await openAgain();
		expect((await tinykit.runtime.settings.read()).model).toMatchObject({
			provider: 'anthropic',
			apiKeySet: false,
			apiKeyLost: true,
		});
		expect((await set({ apiKey: key })).model.apiKeySet).toBe(true);
	});

	const openAgain = async (): Promise<void> => {
		tinykit = await openInstallation({}, tinykit.dir);
	};
});

describe('what settings take', () => {
	it.each([
		['https://api.example.com/v1', true],
		['http://127.0.0.1:9000', true],
		['', true],
		['ftp://example.com', false],
		['javascript:alert(1)', false],
		['https://name:word@example.com', false],
		['no address', false],
	])('address %j: %s', (baseUrl, isTaken) => {
		expect(updateSettings.safeParse({ model: { baseUrl } }).success).toBe(isTaken);
	});

	it('refuses a schedule that is none', async () => {
		await expect(
			tinykit.runtime.settings.update({ backups: { cron: 'whenever' } }),
		).rejects.toMatchObject({ code: 'cron_invalid' });
		const { backups } = await tinykit.runtime.settings.update({ backups: { cron: '0 3 * * *' } });
		expect(backups.cron).toBe('0 3 * * *');
	});
});

describe('a key is tried before it is kept', () => {
	const cases: readonly [
		name: string,
		steps: readonly Step[],
		key: string,
		untested: boolean,
		status: number,
		kept: boolean,
	][] = [
		['works', [{ reply: message(say('ok')) }], 'test-key', false, 200, true],
		['is wrong', [], 'other-key', false, 400, false],
		['is wrong and wanted', [], 'other-key', true, 200, true],
		[
			'is for a provider that is down',
			[{ reply: refuse(529, 'overloaded_error') }],
			'test-key',
			false,
			502,
			false,
		],
	];
	for (const [name, steps, apiKey, untested, status, kept] of cases)
		it(`one that ${name}: ${status}`, async () => {
			const model = await startMessagesServer(steps);
			const token = await tinykit.account('owner@example.com', 'owner');
			const reply = await tinykit.ask('/tinykit/api/settings', {
				method: 'PATCH',
				headers: { authorization: token, 'content-type': 'application/json' },
				body: JSON.stringify({
					model: {
						provider: 'anthropic',
						baseUrl: model.url,
						apiKey,
						...(untested && { untested }),
					},
				}),
			});
			expect(reply.status).toBe(status);
			expect(reply.text).not.toContain(apiKey);
			const { model: saved } = await tinykit.runtime.settings.read();
			expect(saved.apiKeySet).toBe(kept);
			// Nothing else of a refused change is kept either.
			expect(saved.baseUrl).toBe(kept ? model.url : '');
			model.assertDone();
			await model.close();
		});

	it('keeps the price list, or refuses it whole', async () => {
		const token = await tinykit.account('owner@example.com', 'owner');
		const put = (prices: unknown) =>
			tinykit.ask('/tinykit/api/settings', {
				method: 'PATCH',
				headers: { authorization: token, 'content-type': 'application/json' },
				body: JSON.stringify({ prices }),
			});
		const own = { model: 'own', input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1.25 };
		expect((await put([own])).status).toBe(200);
		expect(await tinykit.runtime.settings.prices()).toEqual([own]);
		expect((await put([{ ...own, input: -1 }])).status).toBe(400);
		expect((await put([{ ...own, extra: 1 }])).status).toBe(400);
		expect(await tinykit.runtime.settings.prices()).toEqual([own]);
	});
});
