import { describe, expect, it } from 'vitest';
import { call, message, type Step } from '../../../../../fixtures/messages-server/index.ts';
import { play } from '../support/play.ts';
import { answerRows } from './answer-rows.ts';
import { again, endOf, judge, kept, optionsOf, pagePaths, places, type Place } from './cells.ts';
import { providerRows, type MessagesRow } from './messages-rows.ts';

const read = (path: string): ReturnType<typeof call> => call('read', { path });
const write = (path: string): ReturnType<typeof call> =>
	call('write', { path, content: `<p>${path}</p>\n` });

/** What the model did before the fault. */
const before: Readonly<Record<Place, readonly Step[]>> = {
	'first step': [],
	'mid-turn': [
		{ reply: message(call('list', {}), call('todo', { items: [] })) },
		{ reply: message(read('long.txt')) },
	],
	'after a write': [{ reply: message(write(kept)) }],
	// All pages at once are too many for the next request.
	'during compaction': [{ reply: message(write(kept), ...pagePaths.map(read)) }],
};

async function playCell(row: MessagesRow, place: Place): Promise<void> {
	const recovery: Step[] = [
		{ reply: message(write(again)), ...(row.next && { expect: row.next }) },
		{ reply: message(call('done', { summary: ['Finished'] })) },
	];
	const played = await play(
		[...before[place], ...row.steps, ...(endOf(row, place) === 'recovers' ? recovery : [])],
		{ ...optionsOf(row, place), server: { cache: { now: () => 0 } } },
	);
	judge(row, place, played);
	if (row.closes === true)
		expect(await played.server.requests.at(-1)?.ended).toBe('closed_by_client');
	// No silent swap.
	expect(new Set(played.server.requests.map(({ body }) => body.model))).toEqual(
		new Set(['test-model']),
	);
}

for (const row of [...providerRows, ...answerRows])
	describe(`${row.id} ${row.name}`, () => {
		it.each(row.places ?? places)('%s', (place) => playCell(row, place));
	});
