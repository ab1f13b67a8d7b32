import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
	createBackend,
	saveRecord,
	updateCollection,
	updateSettings,
	type Backend,
	type StoredRecord,
} from '../../../../pb/index.ts';

let dir: string;
let backend: Backend;
let smtp: SMTPServer;
let mails: Email[];
let now = new Date(Date.UTC(2026, 0, 1));
let count = 1;

beforeAll(async () => {
	dir = await mkdtemp(join(tmpdir(), 'auth-'));
	smtp = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		onData: (stream, _session, done) => {
			void buffer(stream)
				.then((bytes) => PostalMime.parse(bytes))
				.then((mail) => {
					mails.push(mail);
					done();
				});
		},
	});
	smtp.listen(0, '127.0.0.1');
	await once(smtp.server, 'listening');
	backend = await createBackend({ dataDir: dir, now: () => now });
	const { port } = smtp.server.address() as AddressInfo;
	await updateSettings(backend.app, {
		smtp: { enabled: true, host: '127.0.0.1', port },
		meta: { appName: 'Test', appURL: 'https://app.test', senderAddress: 'from@app.test' },
	});
});
afterAll(async () => {
	await backend.close();
	await new Promise<void>((resolve) => smtp.close(resolve));
	await rm(dir, { recursive: true, force: true });
});
beforeEach(() => {
	mails = [];
	// An hour per test, so that no pause of an earlier one counts.
	now = new Date(Date.UTC(2026, 0, 1, count++));
});

const users = () => backend.app.catalog.find('users')!;

async function setAuth(options: object): Promise<void> {
	await updateCollection(backend.app, users(), options);
}

async function newUser(values: Record<string, unknown> = {}): Promise<StoredRecord> {
	return backend.app.store.write((tx) =>
		saveRecord(backend.app, tx, {
			collection: users(),
			values: { email: `user${count}@example.test`, password: 'old password', ...values },
		}),
	);
}

async function post(path: string, body: object, headers: Record<string, string> = {}) {
	const response = await backend.fetch(
		new Request(`http://x/api/collections/users/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body: JSON.stringify(body),
		}),
		{ remoteAddress: '127.0.0.1' },
	);
	const text = await response.text();
	return {
		status: response.status,
		body: (text === '' ? undefined : JSON.parse(text)) as Record<string, never> | undefined,
	};
}

const signIn = (email: unknown, password: string, extra: object = {}) =>
	post('auth-with-password', { identity: email, password, ...extra });

/** The token in the link of the last mail. */
async function mailedToken(): Promise<string> {
	await vi.waitFor(() => expect(mails.length).toBeGreaterThan(0), { timeout: 5000 });
	return /\/#\/auth\/[a-z-]+\/([\w-]+\.[\w-]+\.[\w-]+)"/.exec(mails.at(-1)!.html ?? '')![1]!;
}

const again = async (record: StoredRecord): Promise<StoredRecord['data']> => {
	const { findRecordBy } = await import('../../../../pb/index.ts');
	return (await findRecordBy(backend.app, users(), 'id', String(record.data['id'])))!.data;
};

describe('password reset', () => {
	it('sends one mail for many requests, and says the same for an unknown address', async () => {
		const { data } = await newUser();
		const requests = Array.from({ length: 8 }, () =>
			post('request-password-reset', { email: data['email'] }),
		);
		for (const { status, body } of await Promise.all(requests))
			expect([status, body]).toEqual([204, undefined]);
		expect(await post('request-password-reset', { email: 'nobody@example.test' })).toEqual({
			status: 204,
			body: undefined,
		});
		await mailedToken();
		expect(mails).toHaveLength(1);
		expect(mails[0]).toMatchObject({
			subject: 'Reset your Test password',
			from: { address: 'from@app.test' },
			to: [{ address: data['email'] }],
		});
		now = new Date(now.getTime() + 121_000);
		await post('request-password-reset', { email: data['email'] });
		await vi.waitFor(() => expect(mails).toHaveLength(2));
	});

	it('works once: of two confirmations at the same time one wins', async () => {
		const record = await newUser();
		const before = await signIn(record.data['email'], 'old password');
		await post('request-password-reset', { email: record.data['email'] });
		const token = await mailedToken();
		const confirm = (password: string) =>
			post('confirm-password-reset', { token, password, passwordConfirm: password });
		const results = await Promise.all([confirm('first password'), confirm('other password')]);
		expect(results.map(({ status }) => status).sort()).toEqual([204, 400]);
		expect((await signIn(record.data['email'], 'old password')).status).toBe(400);
		expect((await again(record))['verified']).toBe(true);
		expect(await backend.authenticate(String(before.body!['token']))).toBeUndefined();
	});

	it.each([
		[
			'a token for something else',
			{ token: 'x.y.z', password: 'new password', passwordConfirm: 'new password' },
			{ token: { code: 'validation_invalid_token' } },
		],
		[
			'two passwords',
			{ token: '', password: 'new password', passwordConfirm: 'other' },
			{
				token: { code: 'validation_required' },
				passwordConfirm: { code: 'validation_values_mismatch' },
			},
		],
		[
			'a short password',
			{ token: '', password: 'short', passwordConfirm: 'short' },
			{ password: { code: 'validation_length_out_of_range', params: { min: 8, max: 255 } } },
		],
	])('refuses %s', async (_, body, data) => {
		expect(await post('confirm-password-reset', body)).toMatchObject({
			status: 400,
			body: { data },
		});
	});
});

describe('verification and e-mail change', () => {
	it('verifies by the mailed link, and only that address', async () => {
		const record = await newUser();
		await post('request-verification', { email: record.data['email'] });
		const token = await mailedToken();
		expect((await again(record))['verified']).toBe(false);
		expect((await post('confirm-verification', { token })).status).toBe(204);
		expect((await again(record))['verified']).toBe(true);
		expect(
			(
				await post('confirm-password-reset', {
					token,
					password: 'new password',
					passwordConfirm: 'new password',
				})
			).status,
		).toBe(400);
	});

	it('changes the address with link and password, and ends the sessions', async () => {
		const record = await newUser();
		const { body } = await signIn(record.data['email'], 'old password');
		const authorization = String(body!['token']);
		const newEmail = `new${count}@example.test`;
		expect((await post('request-email-change', { newEmail })).status).toBe(401);
		expect((await post('request-email-change', { newEmail }, { authorization })).status).toBe(204);
		const token = await mailedToken();
		expect(mails.at(-1)!.to).toMatchObject([{ address: newEmail }]);
		expect(
			(await post('confirm-email-change', { token, password: 'wrong' })).body!['data'],
		).toMatchObject({
			password: { code: 'validation_invalid_password' },
		});
		expect((await post('confirm-email-change', { token, password: 'old password' })).status).toBe(
			204,
		);
		expect(await again(record)).toMatchObject({ email: newEmail, verified: true });
		expect(await backend.authenticate(authorization)).toBeUndefined();
		expect((await post('confirm-email-change', { token, password: 'old password' })).status).toBe(
			400,
		);
	});
});

describe('one-time passwords and the second factor', () => {
	beforeAll(() => setAuth({ otp: { enabled: true, duration: 180, length: 8 } }));

	const mailedCode = async (): Promise<string> => {
		await vi.waitFor(() => expect(mails.length).toBeGreaterThan(0), { timeout: 5000 });
		return /<strong>(\d{8})<\/strong>/.exec(mails.at(-1)!.html ?? '')![1]!;
	};

	it('lets in once with the mailed code', async () => {
		const record = await newUser();
		const { body } = await post('request-otp', { email: record.data['email'] });
		const form = { otpId: body!['otpId'], password: await mailedCode() };
		await vi.waitFor(async () => {
			const { findRecordBy } = await import('../../../../pb/index.ts');
			const otps = backend.app.catalog.find('_otps')!;
			const code = await findRecordBy(backend.app, otps, 'id', String(form.otpId));
			expect(code?.data['sentTo']).toBe(record.data['email']);
		});
		const results = await Promise.all([post('auth-with-otp', form), post('auth-with-otp', form)]);
		expect(results.map(({ status }) => status).sort()).toEqual([200, 400]);
		expect((await again(record))['verified']).toBe(true);
	});

	it('answers an unknown address like a known one', async () => {
		const { status, body } = await post('request-otp', { email: 'nobody@example.test' });
		expect([status, Object.keys(body!)]).toEqual([200, ['otpId']]);
		expect(String(body!['otpId'])).toMatch(/^[a-z0-9]{15}$/);
	});

	it('burns after five wrong tries, the right code included', async () => {
		const record = await newUser();
		const { body } = await post('request-otp', { email: record.data['email'] });
		const password = await mailedCode();
		const attempt = (code: string) =>
			post('auth-with-otp', { otpId: body!['otpId'], password: code });
		for (let i = 0; i < 5; i++) expect((await attempt('x')).status).toBe(400);
		expect((await attempt(password)).status).toBe(429);
	});

	it('expires', async () => {
		const record = await newUser();
		const { body } = await post('request-otp', { email: record.data['email'] });
		const password = await mailedCode();
		now = new Date(now.getTime() + 181_000);
		expect((await post('auth-with-otp', { otpId: body!['otpId'], password })).status).toBe(400);
	});

	it('wants a second, different factor where the collection says so', async () => {
		await setAuth({ mfa: { enabled: true, duration: 600, rule: '' } });
		const record = await newUser();
		const { email } = record.data;
		expect((await signIn(email, 'wrong')).status).toBe(400);
		const first = await signIn(email, 'old password');
		expect([first.status, Object.keys(first.body!)]).toEqual([401, ['mfaId']]);
		const mfaId = first.body!['mfaId'];
		expect((await signIn(email, 'old password', { mfaId })).status).toBe(400);
		expect((await signIn(email, 'old password', { mfaId: 'nope' })).status).toBe(400);
		const { body } = await post('request-otp', { email });
		const form = { otpId: body!['otpId'], password: await mailedCode(), mfaId };
		expect((await post('auth-with-otp', form)).status).toBe(200);
		expect((await post('auth-with-otp', form)).status).toBe(400);
		await setAuth({ mfa: { enabled: false } });
	});
});

describe('sign-in', () => {
	it('obeys the auth rule', async () => {
		await setAuth({ authRule: 'verified = true' });
		const record = await newUser();
		expect(await signIn(record.data['email'], 'old password')).toMatchObject({
			status: 403,
			body: { data: {} },
		});
		const verified = await newUser({ email: `v${count}@example.test`, verified: true });
		expect((await signIn(verified.data['email'], 'old password')).status).toBe(200);
		await setAuth({ authRule: '' });
	});

	it('writes to the owner about a new place, but not about the first', async () => {
		const { data } = await newUser();
		await signIn(data['email'], 'old password');
		await signIn(data['email'], 'old password');
		expect(mails).toHaveLength(0);
		await post(
			'auth-with-password',
			{ identity: data['email'], password: 'old password' },
			{ 'user-agent': '<b>elsewhere' },
		);
		expect(mails).toHaveLength(1);
		expect(mails[0]!.subject).toBe('Login from a new location');
		expect(mails[0]!.html).toContain('127.0.0.1 &lt;b&gt;elsewhere');
	});

	it.each([
		[{ identity: 1, password: 'x' }, 'An error occurred while loading the submitted data.'],
		[{ identity: '', password: '' }, 'An error occurred while validating the submitted data.'],
		[
			{ identity: 'a', password: 'b', identityField: 'id' },
			'An error occurred while validating the submitted data.',
		],
		[
			{ identity: 'a', password: 'x'.repeat(256) },
			'An error occurred while validating the submitted data.',
		],
		[{ identity: 'nobody@example.test', password: 'x' }, 'Failed to authenticate.'],
	])('refuses %j', async (body, message) => {
		expect(await post('auth-with-password', body)).toMatchObject({
			status: 400,
			body: { message },
		});
	});

	it('gives an impersonated token that cannot be renewed', async () => {
		const { data } = await newUser();
		const response = await backend.fetch(
			new Request(`http://x/api/collections/users/impersonate/${String(data['id'])}`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: '{"duration":60}',
			}),
			{ as: 'superuser' },
		);
		const { token } = (await response.json()) as { token: string };
		expect(await post('auth-refresh', {}, { authorization: token })).toMatchObject({
			status: 200,
			body: { token },
		});
		now = new Date(now.getTime() + 61_000);
		expect((await post('auth-refresh', {}, { authorization: token })).status).toBe(401);
	});
});
