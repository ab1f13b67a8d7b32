import { describe, expect, it } from 'vitest';
import { createBoots } from '../../../../src/lib/server/boots.ts';

const build = { build: 'b1', nonce: 'n1' };
const signal = new AbortController().signal;

describe('boots', () => {
	it('takes one report, of the build and nonce that were announced', async () => {
		const boots = createBoots();
		const waiting = boots.expect('run', build, 60_000, signal);
		for (const [run, report] of [
			['other', build],
			['run', { ...build, nonce: 'n2' }],
			['run', { ...build, build: 'b2' }],
		] as const)
			expect(() => boots.report(run, { ...report, errors: [] })).toThrow('not the one');
		boots.report('run', { ...build, errors: ['broken'] });
		expect(await waiting).toMatchObject({ errors: ['broken'] });
		expect(() => boots.report('run', { ...build, errors: [] })).toThrow('not the one');
	});

	it('does not wait for a run that has been stopped already', async () => {
		expect(await createBoots().expect('run', build, 60_000, AbortSignal.abort())).toBeUndefined();
	});

	it('counts studios and forgets them, also when told twice', async () => {
		const boots = createBoots();
		const first = boots.attach('run');
		const second = boots.attach('run');
		first();
		first();
		expect(await boots.isAttached('run', 0, signal)).toBe(true);
		second();
		expect(await boots.isAttached('run', 0, signal)).toBe(false);
	});
});
