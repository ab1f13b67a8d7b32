import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerRows } from './answer-rows.ts';
import { places, type Expected } from './cells.ts';
import { chatRows } from './chat-rows.ts';
import { providerRows } from './messages-rows.ts';

const docs = readFileSync(new URL('../../../../../../docs/agent.md', import.meta.url), 'utf8');
const ids = Array.from({ length: 26 }, (_, at) => `F${at + 1}`);
const cells = (rows: readonly Expected[], id: string): number =>
	rows.filter((row) => row.id === id).reduce((sum, row) => sum + (row.places ?? places).length, 0);
const messages = [...providerRows, ...answerRows];
/** Played on a whole installation: `installation.integration.test.ts`, the injections, the crash tests. */
const elsewhere = new Set(['F20', 'F21', 'F23', 'F25', 'F26']);

describe('the fault matrix', () => {
	it.each(ids)('%s is played, and docs/agent.md says how often', (id) => {
		const [own, chat] = [cells(messages, id), cells(chatRows, id)];
		expect(own + chat > 0 || elsewhere.has(id)).toBe(true);
		const row = docs.split('\n').find((line) => line.startsWith(`| ${id} `)) ?? '';
		const columns = row.split('|').map((column) => column.trim());
		expect([id, columns[3], columns[4]]).toEqual([
			id,
			own === 0 ? '' : `${own}`,
			chat === 0 ? '' : `${chat}`,
		]);
	});

	it('has no row without an id of its own', () => {
		for (const rows of [messages, chatRows]) {
			expect(rows.filter(({ id }) => !ids.includes(id))).toEqual([]);
			expect(new Set(rows.map(({ id, name }) => `${id} ${name}`)).size).toBe(rows.length);
		}
	});
});
