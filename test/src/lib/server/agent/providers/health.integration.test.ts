import { describe, expect, it } from 'vitest';
import { providerHealth } from '#lib/server/agent/index.ts';
import {
	message,
	refuse,
	say,
	startMessagesServer,
	type Reply,
} from '../../../../../fixtures/messages-server/index.ts';

const key = 'sk-secret-0123456789';
const signal = AbortSignal.timeout(10_000);
const config = { provider: 'anthropic', model: 'test-model', apiKey: key } as const;

describe('providerHealth', () => {
	const cases: readonly (readonly [string, Reply, string])[] = [
		['works', message(say('ok')), 'ok'],
		['wrong key', refuse(401, 'authentication_error'), 'key_rejected'],
		['no right', refuse(403, 'permission_error'), 'key_rejected'],
		['unknown model', refuse(404, 'not_found_error'), 'model_unknown'],
		['overloaded', refuse(529, 'overloaded_error'), 'provider_failed'],
		['echoes the key', refuse(400, 'invalid_request_error', {}, `no ${key}`), 'provider_failed'],
		['drops the connection', { kind: 'drop' }, 'provider_unreachable'],
	];
	it.each(cases)('%s', async (_name, reply, code) => {
		const server = await startMessagesServer([{ reply }], { key });
		try {
			const health = await providerHealth({ ...config, baseUrl: server.url }, signal);
			expect(health).toMatchObject({ ok: code === 'ok', code });
			expect(JSON.stringify(health)).not.toContain(key);
			server.assertDone();
			expect(server.requests[0]?.body).toMatchObject({ model: 'test-model', max_tokens: 1 });
		} finally {
			await server.close();
		}
	});

	it('nobody listens', async () => {
		const server = await startMessagesServer([]);
		await server.close();
		expect(await providerHealth({ ...config, baseUrl: server.url }, signal)).toMatchObject({
			code: 'provider_unreachable',
		});
	});

	it('without a key nobody is asked', async () => {
		const never = () => Promise.reject(new Error('asked'));
		const health = await providerHealth(
			{ ...config, baseUrl: '', apiKey: undefined },
			signal,
			never,
		);
		expect(health).toMatchObject({ ok: false, code: 'key_missing' });
	});

	it('the starter needs nothing', async () => {
		const none = { provider: 'starter', baseUrl: '', model: '', apiKey: undefined } as const;
		expect(await providerHealth(none, signal)).toMatchObject({ ok: true });
	});
});
