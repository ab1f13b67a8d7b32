import { describe, expect, it } from 'vitest';
import type { SchemaDigest } from '#lib/server/agent/index.ts';
import { Conversation } from '#lib/server/agent/conversation.ts';
import { lineDiff } from '#lib/server/agent/diff.ts';
import { estimateMessages, estimateText } from '#lib/server/agent/estimate.ts';
import type { Message } from '#lib/server/agent/messages.ts';
import { schemaNote } from '#lib/server/agent/schema-note.ts';
import { createRunState } from '#lib/server/agent/tools/index.ts';

const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };

describe('Conversation', () => {
	const begin = () => new Conversation([], ['system'.repeat(100)], [user('request '.repeat(500))]);
	const answer = [{ type: 'text' as const, text: 'answer' }];

	it('estimates everything until a provider has counted', () => {
		const conversation = begin();
		const { total, fresh } = conversation.projection();
		expect([total, fresh]).toEqual([conversation.size(), conversation.size()]);
		expect(total).toBeGreaterThan(4600 / 4);
	});

	it('then takes its count and estimates what came since', () => {
		const conversation = begin();
		conversation.answered(answer, {
			...usage,
			input: 100,
			cacheRead: 1500,
			cacheWrite: 20,
			output: 9,
		});
		expect(conversation.projection()).toEqual({ total: 1629, fresh: 0 });
		const result = user('x'.repeat(700));
		conversation.messages.push(result);
		const fresh = estimateMessages([result]);
		expect(fresh).toBeGreaterThanOrEqual(200);
		expect(conversation.projection()).toEqual({ total: 1629 + fresh, fresh });
	});

	it('does not believe a count that is far too low', () => {
		const conversation = begin();
		conversation.answered(answer, usage);
		expect(conversation.projection().total).toBe(Math.floor(conversation.size() / 2));
	});

	it('begins anew as a whole', () => {
		const conversation = begin();
		conversation.answered(answer, { ...usage, input: 90_000 });
		conversation.replace(['s'], [user('short')]);
		expect(conversation.projection().total).toBe(conversation.size());
		expect(conversation.messages).toHaveLength(1);
		expect(conversation.system).toEqual(['s']);
	});

	it('keeps no empty answer', () => {
		const conversation = begin();
		conversation.answered([], usage);
		expect(conversation.messages).toHaveLength(1);
	});
});

describe('estimateText', () => {
	it.each([
		['', 0],
		['abcdefg', 2],
		['äöü', 2],
		['🎉', 2],
	])('%j', (text, tokens) => {
		expect(estimateText(text)).toBe(tokens);
	});
});

describe('lineDiff', () => {
	it('shows what differs and says what it leaves out', () => {
		expect(lineDiff('a\nb\nc\n', 'a\nB\nc\n')).toBe('@@ line 1\n a\n-b\n+B\n c');
		expect(lineDiff('a\n', 'a\n')).toBe('');
		expect(lineDiff('', 'x'.repeat(50), 20)).toMatch(
			/^@@.*\n\[\d+ more characters of difference\]$/s,
		);
	});
});

describe('schemaNote', () => {
	let asked = 0;
	const schema = (...texts: readonly string[]) => {
		asked = 0;
		const describeIt = async (): Promise<SchemaDigest> => ({
			text: texts[Math.min(asked++, texts.length - 1)] ?? '',
			collections: [],
		});
		return {
			describe: describeIt,
			plan: () => Promise.reject(new Error('not asked')),
			apply: () => Promise.reject(new Error('not asked')),
		};
	};
	const posts = 'posts (base)\n  title: text';

	it('says what is new, what is different and what is gone, once', async () => {
		const note = await schemaNote(
			schema(
				`${posts}\n\nusers (auth)\n  name: text`,
				`${posts}\n  likes: number\n\nnotes (base)\n  text: text`,
			),
		);
		const state = createRunState();
		expect(await note(state)).toBeUndefined();
		state.schemaChanges.push('Something.');
		const text = (await note(state)) ?? '';
		for (const part of ['likes: number', 'notes (base)', 'users: deleted'])
			expect(text).toContain(part);
		expect(await note(state)).toBeUndefined();
		expect(asked).toBe(2);
	});

	it('says nothing when nothing of it can be seen', async () => {
		const note = await schemaNote(schema(posts));
		const state = createRunState();
		state.schemaChanges.push('An index.');
		expect(await note(state)).toBeUndefined();
	});
});
