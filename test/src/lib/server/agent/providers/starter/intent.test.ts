import { describe, expect, it } from 'vitest';
import { intentOf } from '#lib/server/agent/providers/starter/follow/index.ts';
import { declined, understood } from './sentences.ts';

describe('what a follow-up asks for', () => {
	it.each(understood)('%s', (text, intent) => {
		expect(intentOf(text)).toMatchObject(intent);
	});

	it.each(declined)('not understood: %s', (text) => {
		expect(intentOf(text)).toBeUndefined();
	});

	it('never takes long, whatever the request is', () => {
		const start = performance.now();
		for (const part of [
			'a ',
			'add a ',
			'rename a to ',
			'"',
			"'",
			'only i may delete ',
			'and ',
			'x-',
			'read or ',
		])
			for (const text of [part.repeat(300), part.repeat(5000), `add ${part.repeat(100)}!`])
				expect(intentOf(text)?.kind).not.toBe('rule');
		expect(performance.now() - start).toBeLessThan(20_000);
	});
});
