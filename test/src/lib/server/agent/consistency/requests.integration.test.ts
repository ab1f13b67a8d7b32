import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { updateSettings } from '../../../../../../src/lib/contracts/index.ts';
import {
	chatCalls,
	startChatServer,
	type ChatServer,
} from '../../../../../fixtures/chat-server/index.ts';
import {
	call,
	message,
	refuse,
	startMessagesServer,
	type Step,
} from '../../../../../fixtures/messages-server/index.ts';
import { openAgentBench, type AgentBench } from '../../support/agent.ts';

const done = message(call('done', { summary: ['Done'] }));
const counted = { ...done, usage: { input_tokens: 1000, output_tokens: 100 } } as const;
let bench: AgentBench;
let chat: ChatServer | undefined;
afterEach(async () => {
	await bench.close();
	await chat?.close();
	chat = undefined;
});
const open = async (...script: readonly Step[]): Promise<void> => {
	bench = await openAgentBench(script);
};
const patch = (json: unknown) => bench.ask('PATCH', '/settings', json);
const runOne = async (options: Readonly<Record<string, unknown>> = {}) => {
	const run = await bench.send('Make it blue.', options);
	return bench.follow(run.id);
};
const request = (at = 0): string => bench.model.requests[at]?.text ?? '';

describe('what comes with a message reaches the request', () => {
	const carried: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
		['text', {}, /"Make it blue\."/],
		['mode', { mode: 'plan' }, /This run only plans/],
		['model', { model: 'another-model' }, /"model":"another-model"/],
		['view.file', { view: { file: 'src/Open.svelte' } }, /Open file: src\/Open\.svelte/],
		['view.page', { view: { page: '/#/about' } }, /Page in the preview: \/#\/about/],
		['view.selection', { view: { selection: '<b>picked</b>' } }, /<b>picked<\/b>/],
		['view.errors', { view: { errors: ['boom at 3'] } }, /boom at 3/],
	];
	it.each(carried)('%s', async (name, options, pattern) => {
		await open(
			...(name === 'mode'
				? [
						{
							reply: message(
								call('save_plan', { text: 'A plan.' }),
								call('done', { summary: ['x'] }),
							),
						},
					]
				: [{ reply: done }]),
		);
		expect((await runOne(options)).at(-1)).toMatchObject({ reason: 'done' });
		expect(request()).toMatch(pattern);
		bench.model.assertDone();
	});

	it('a model of its own counts for one message, that of the app for all others', async () => {
		await open({ reply: done }, { reply: done }, { reply: done });
		await runOne({ model: 'another-model' });
		await runOne();
		expect((await bench.of('PATCH', '', { model: 'app-model' })).status).toBe(200);
		await runOne();
		expect(bench.model.requests.map(({ body }) => body.model)).toEqual([
			'another-model',
			'test-model',
			'app-model',
		]);
	});
});

/** Every setting, by its place in the contract, with the effect somebody can see. */
const effects: Readonly<Record<string, () => Promise<void>>> = {
	'model.provider': async () => {
		await open();
		await patch({ model: { provider: 'starter' } });
		const events = await runOne();
		expect(events[0]).toMatchObject({ type: 'started', provider: 'starter' });
		expect(bench.model.requests).toHaveLength(0);
	},
	'model.baseUrl': async () => {
		await open();
		const elsewhere = await startMessagesServer([{ reply: done }], { key: 'other-key' });
		await patch({ model: { baseUrl: elsewhere.url, apiKey: 'other-key', untested: true } });
		await runOne();
		expect(bench.model.requests).toHaveLength(0);
		elsewhere.assertDone();
		await elsewhere.close();
	},
	'model.model': async () => {
		await open({ reply: done });
		await patch({ model: { model: 'set-model' } });
		await runOne();
		expect(bench.model.requests[0]?.body.model).toBe('set-model');
	},
	'model.protocol': async () => {
		await open();
		chat = await startChatServer([{ reply: chatCalls([['done', { summary: ['x'] }]]) }]);
		const set = {
			provider: 'openai',
			baseUrl: chat.url,
			model: 'm',
			apiKey: 'test-key',
			untested: true,
		};
		await patch({ model: { ...set, protocol: 'tools' } });
		await runOne();
		expect(chat.requests[0]?.tools).toBeDefined();
		await patch({ model: { protocol: 'text' } });
		await runOne();
		expect(chat.requests[1]?.tools).toBeUndefined();
	},
	'model.apiKey': async () => {
		await open();
		await patch({ model: { apiKey: 'wrong-key-000', untested: true } });
		expect((await runOne()).at(-1)).toMatchObject({ reason: 'key_rejected' });
	},
	'model.untested': async () => {
		await open({ reply: refuse(529, 'overloaded_error') });
		expect((await patch({ model: { apiKey: 'test-key' } })).status).toBe(502);
		expect((await patch({ model: { apiKey: 'test-key', untested: true } })).status).toBe(200);
	},
	prices: async () => {
		await open({ reply: counted });
		await patch({
			prices: [{ model: 'test-*', input: 10, output: 100, cacheRead: 0, cacheWrite: 0 }],
		});
		expect((await runOne()).at(-1)).toMatchObject({ card: { cost: { usd: 0.02 } } });
	},
	'backups.cron': async () => {
		await open();
		await patch({ backups: { cron: '7 3 * * *' } });
		expect(await jobs()).toContain('7 3 * * *');
	},
	'backups.cronMaxKeep': async () => {
		await open();
		await patch({ backups: { cron: '7 3 * * *', cronMaxKeep: 1 } });
		const { runtime } = bench.installation;
		const keep = (): number => runtime.backends.builder.app.settings.backups.cronMaxKeep;
		expect(keep()).toBe(1);
		for (let at = 0; at < 2; at += 1) await runtime.backups.createScheduled(keep());
		expect(await runtime.backups.list()).toHaveLength(1);
	},
	'budgets.appTokens': () => budget({ appTokens: 1000 }, 'app_budget'),
	'budgets.appUsd': () => budget({ appUsd: 0.001 }, 'app_budget'),
	'budgets.dayTokens': () => budget({ dayTokens: 1000 }, 'day_budget'),
	'budgets.dayUsd': () => budget({ dayUsd: 0.001 }, 'day_budget'),
};

async function budget(budgets: object, reason: string): Promise<void> {
	const work = { ...message(call('list', {})), usage: { input_tokens: 1000, output_tokens: 100 } };
	await open({ reply: work });
	await patch({
		prices: [{ model: 'test-*', input: 10, output: 100, cacheRead: 0, cacheWrite: 0 }],
		budgets,
	});
	expect((await runOne()).at(-1)).toMatchObject({ reason });
	expect(bench.model.requests).toHaveLength(1);
}

async function jobs(): Promise<string> {
	const token = await bench.installation.superuser();
	const reply = await bench.installation.ask('/_pb/api/crons', {
		headers: { authorization: token },
	});
	return reply.text;
}

/** `model.apiKey`, `prices` … */
function leaves(schema: z.ZodType, path: readonly string[] = []): readonly string[] {
	if (schema instanceof z.ZodOptional) return leaves(schema.unwrap() as z.ZodType, path);
	if (schema instanceof z.ZodObject)
		return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, inner]) =>
			leaves(inner, [...path, key]),
		);
	return [path.join('.')];
}

describe('every setting is read by the running engine', () => {
	it('none is left out', () => {
		expect(Object.keys(effects).sort()).toEqual([...leaves(updateSettings)].sort());
	});
	it.each(Object.entries(effects))('%s', async (_name, effect) => {
		await effect();
	});
});
