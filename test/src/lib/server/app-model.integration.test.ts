import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	call,
	message,
	startMessagesServer,
	type MessagesServer,
} from '../../../fixtures/messages-server/index.ts';
import { openInstallation, type Installation } from './support/installation.ts';

let tinykit: Installation;
let provider: MessagesServer;
beforeEach(async () => {
	tinykit = await openInstallation();
	const done = message(call('done', { summary: ['Done'] }));
	provider = await startMessagesServer([{ reply: done }]);
	await tinykit.runtime.settings.update({
		model: {
			provider: 'anthropic',
			baseUrl: provider.url,
			apiKey: 'test-key',
			model: 'settings-model',
		},
	});
});
afterEach(async () => {
	await provider.close();
	await tinykit.close();
	await rm(tinykit.dir, { recursive: true, force: true });
});

/** What was chosen last and closest is asked, and named in the log. */
const cases: readonly [
	name: string,
	app: string | undefined,
	run: string | undefined,
	asked: string,
][] = [
	['the one of the settings', undefined, undefined, 'settings-model'],
	['the one of the app', 'app-model', undefined, 'app-model'],
	['the one of the message', 'app-model', 'message-model', 'message-model'],
	['the one of the settings again', '', undefined, 'settings-model'],
];

describe('the model of a run', () => {
	it.each(cases)('%s', async (_, ofApp, ofRun, asked) => {
		const token = await tinykit.account('owner@example.com', 'owner');
		const { slug } = await tinykit.runtime.apps.create('demo');
		await tinykit.runtime
			.workspace(slug)
			.write('src/App.svelte', '<h1>Demo</h1>\n', { ifMatch: null });
		const send = (method: string, path: string, body: unknown) =>
			tinykit.ask(`/tinykit/api/apps/${slug}${path}`, {
				method,
				headers: { authorization: token, 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
		if (ofApp !== undefined) {
			const changed = await send('PATCH', '', { model: ofApp });
			expect(JSON.parse(changed.text)).toMatchObject({ name: 'demo', model: ofApp });
		}
		const started = await send('POST', '/runs', { text: 'Go', ...(ofRun && { model: ofRun }) });
		const { id } = JSON.parse(started.text) as { id: string };
		for await (const event of tinykit.runtime.runs.log(id).follow(0, AbortSignal.timeout(20_000)))
			if (event.type === 'started') expect(event.model).toBe(asked);
		expect(provider.requests[0]?.body.model).toBe(asked);
	});
});
