import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCheckpoints, type Checkpoints } from '#lib/server/checkpoints/index.ts';
import type { OnStep } from '../../../../../src/lib/server/checkpoints/journal.ts';
import { openPlace, slug, type Place } from './place.ts';

let place: Place;
beforeEach(async () => {
	place = await openPlace();
});
afterEach(() => place.tinykit.close());

/** The checkpoints of the place, with something that happens in the middle of a restore. */
function checkpointsWith(onStep: OnStep): Checkpoints {
	const { runtime } = place.tinykit;
	return createCheckpoints({
		store: runtime.backends.builder.app.store,
		backends: runtime.backends,
		workspace: (app) => runtime.workspace(app),
		dataDir: runtime.env.dataDir,
		now: () => new Date(),
		log: () => undefined,
		rowWriters: [],
		onStep,
	});
}

describe('a file that a person writes while a restore begins', () => {
	it('is not overwritten when single files are restored, nor by taking that back', async () => {
		const workspace = place.tinykit.runtime.workspace(slug);
		await workspace.write('a.md', 'a, old');
		await workspace.write('b.md', 'b, old');
		const { id } = await place.checkpoints.create(slug, '');
		await workspace.write('a.md', 'a, new');
		await workspace.write('b.md', 'b, new');
		await place.checkpoints.create(slug, '');
		let writing: Promise<unknown> = Promise.resolve();
		const checkpoints = checkpointsWith((step) => {
			if (step === 'begun') writing = workspace.write('b.md', 'b, by hand');
		});
		await expect(
			checkpoints.restore(slug, id, { parts: ['code'], files: ['a.md', 'b.md'] }),
		).rejects.toMatchObject({ code: 'file_changed' });
		await writing;
		expect(await place.files()).toMatchObject({ 'a.md': 'a, new', 'b.md': 'b, by hand' });
	});

	it('is there again when the restore of everything fails', async () => {
		const workspace = place.tinykit.runtime.workspace(slug);
		const { id } = await place.checkpoints.create(slug, '');
		await workspace.write('b.md', 'b, new');
		let writing: Promise<unknown> = Promise.resolve();
		const checkpoints = checkpointsWith((step) => {
			if (step === 'begun') writing = workspace.write('b.md', 'b, by hand');
			if (step === 'code') throw new Error('the disk fails');
		});
		await expect(checkpoints.restore(slug, id, { parts: ['code'] })).rejects.toThrow('disk');
		await writing;
		expect(await place.files()).toMatchObject({ 'b.md': 'b, by hand' });
	});
});
