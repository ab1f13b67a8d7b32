import { describe, it } from 'vitest';
import { createProvider } from '#lib/server/agent/index.ts';
import {
	chatCalls,
	startChatServer,
	type ChatStep,
} from '../../../../../fixtures/chat-server/index.ts';
import { playProvider } from '../support/play.ts';
import { again, endOf, judge, kept, optionsOf, pagePaths, places, type Place } from './cells.ts';
import { chatRows, type ChatRow } from './chat-rows.ts';

const write = (path: string) => ['write', { path, content: `<p>${path}</p>\n` }] as const;
const read = (path: string) => ['read', { path }] as const;

/** What the model did before the fault. */
const before: Readonly<Record<Place, readonly ChatStep[]>> = {
	'first step': [],
	'mid-turn': [{ reply: chatCalls([['list', {}]]) }, { reply: chatCalls([read('long.txt')]) }],
	'after a write': [{ reply: chatCalls([write(kept)]) }],
	'during compaction': [{ reply: chatCalls([write(kept), ...pagePaths.map(read)]) }],
};

async function playCell(row: ChatRow, place: Place): Promise<void> {
	const recovery: ChatStep[] = [
		{ reply: chatCalls([write(again)]), ...(row.next && { expect: row.next }) },
		{ reply: chatCalls([['done', { summary: ['Finished'] }]]) },
	];
	const server = await startChatServer([
		...before[place],
		...row.steps,
		...(endOf(row, place) === 'recovers' ? recovery : []),
	]);
	try {
		const provider = createProvider(
			{ provider: 'openai', baseUrl: server.url, model: 'local-model', apiKey: 'test-key' },
			fetch,
		);
		const played = await playProvider(provider, optionsOf(row, place));
		server.assertDone();
		judge(row, place, played);
	} finally {
		await server.close();
	}
}

for (const row of chatRows)
	describe(`${row.id} ${row.name}`, () => {
		it.each(row.places ?? places)('%s', (place) => playCell(row, place));
	});
