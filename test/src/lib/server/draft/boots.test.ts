import { describe, expect, it } from 'vitest';
import { createBoots, type Boots } from '../../../../../src/lib/server/draft/boots.ts';

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
		let now = 0;
		const boots = createBoots(() => now);
		const first = boots.attach('run');
		const second = boots.attach('run');
		first();
		first();
		expect(await boots.isAttached('run', signal)).toBe(true);
		second();
		now = 1500;
		expect(await boots.isAttached('run', signal)).toBe(false);
	});

	it.each([
		['nobody was expected', (): void => undefined, 0, false],
		['the run has just begun', (boots: Boots) => boots.begin('run'), 0, true],
		['the run has long begun', (boots: Boots) => boots.begin('run'), 1500, false],
		['another run has just begun', (boots: Boots) => boots.begin('other'), 0, false],
		['the page is loading again', (boots: Boots) => boots.attach('run')(), 1400, true],
		['the page was closed', (boots: Boots) => boots.attach('run')(), 1500, false],
	] as const)('waits for a studio when %s', async (_, before, passed, waits) => {
		let now = 0;
		const boots = createBoots(() => now);
		before(boots);
		now = passed;
		const attached = boots.isAttached('run', signal);
		// Comes after the question: only who waits hears of it.
		await Promise.resolve();
		boots.attach('run');
		expect(await attached).toBe(waits);
	});

	it('waits no longer when the run is stopped', async () => {
		const boots = createBoots(() => 0);
		boots.begin('run');
		const stop = new AbortController();
		const attached = boots.isAttached('run', stop.signal);
		stop.abort();
		expect(await attached).toBe(false);
	});
});
