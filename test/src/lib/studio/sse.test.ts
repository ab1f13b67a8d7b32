import { describe, expect, it } from 'vitest';
import { createSseParser, readSse } from '#lib/studio/api/index.ts';

const stream =
	': open\n\nid: 1\ndata: {"a":1}\n\nid: 2\r\nevent: x\r\ndata: one\r\ndata:two\r\n\r\n: still here\n\ndata: late\r\r';
const expected = [
	{ id: '1', event: 'message', data: '{"a":1}' },
	{ id: '2', event: 'x', data: 'one\ntwo' },
	{ id: '2', event: 'message', data: 'late' },
];

describe('createSseParser', () => {
	it.each([1, 2, 3, 7, 1000])('reads the same from chunks of %i characters', (size) => {
		const feed = createSseParser();
		const messages = [];
		for (let at = 0; at < stream.length; at += size) {
			messages.push(...feed(stream.slice(at, at + size)));
		}
		// The last CR may have been the first half of CRLF: what follows decides.
		messages.push(...feed('\n'));
		expect(messages).toEqual(expected);
	});

	it('leaves out a message that was not ended', () => {
		expect(createSseParser()('id: 1\ndata: half')).toEqual([]);
	});

	it('refuses a message without end', () => {
		const feed = createSseParser();
		expect(() => feed('x'.repeat(4_000_001))).toThrow(RangeError);
	});
});

describe('readSse', () => {
	it('puts characters together that were cut between chunks', async () => {
		const bytes = new TextEncoder().encode('data: grün ✓\n\n');
		const body = new ReadableStream<Uint8Array>({
			start(controller) {
				for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
				controller.close();
			},
		});
		const messages = [];
		for await (const message of readSse(body)) messages.push(message.data);
		expect(messages).toEqual(['grün ✓']);
	});
});
