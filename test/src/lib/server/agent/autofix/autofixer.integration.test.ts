import { afterEach, describe, expect, it } from 'vitest';
import { createAutofixer, type Autofixer } from '#lib/server/agent/autofix/index.ts';

let fixer: Autofixer | undefined;
afterEach(() => fixer?.close());

const source = (text: string) => ({ path: 'src/App.svelte', text, files: new Set<string>() });
const legacy = source('<button on:click={() => 1}>x</button>\n');

describe('createAutofixer', () => {
	it('repairs in its thread, in order, and answers each', async () => {
		fixer = createAutofixer();
		const texts = [
			legacy,
			source('<p>fine</p>'),
			source("<script>import data from '$data';</script>"),
		];
		const { fix } = fixer;
		const fixed = await Promise.all(texts.map((one) => fix(one)));
		expect(fixed.map((one) => one?.text)).toEqual([
			'<button onclick={() => 1}>x</button>\n',
			undefined,
			"<script>import { data } from '$data';</script>",
		]);
	});

	it('leaves a text as it is when that takes too long, and goes on with the next', async () => {
		fixer = createAutofixer({ timeMs: 1, heapMb: 256, idleMs: 1000 });
		expect(await fixer.fix(legacy)).toBeUndefined();
		await fixer.close();
		fixer = createAutofixer({ timeMs: 10_000, heapMb: 256, idleMs: 1 });
		expect((await fixer.fix(legacy))?.notes).toHaveLength(1);
		// Ended meanwhile for having nothing to do, it begins anew.
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect((await fixer.fix(legacy))?.notes).toHaveLength(1);
	});

	it('does not begin for what no repair could look at', async () => {
		fixer = createAutofixer({ timeMs: 1, heapMb: 256, idleMs: 1 });
		expect(await fixer.fix({ ...legacy, path: 'README.md' })).toBeUndefined();
		expect(await fixer.fix(source('x'.repeat(70_000)))).toBeUndefined();
	});
});
