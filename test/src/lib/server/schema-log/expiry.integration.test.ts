import { afterEach, beforeEach, expect, it } from 'vitest';
import { sql, type Backends } from '#lib/server/backends.ts';
import { noteExpiry, sweepExpired } from '#lib/server/schema-log/index.ts';
import { openInstallation, type Installation } from '../support/installation.ts';

let tinykit: Installation;
beforeEach(async () => {
	tinykit = await openInstallation();
});
afterEach(() => tinykit.close());

it('a draft that cannot be opened keeps no other from being swept, and is tried again', async () => {
	const { apps, backends } = tinykit.runtime;
	const names = ['Apples', 'Broken', 'Cherries'];
	for (const name of names) {
		const { slug } = await apps.create(name);
		await backends.use(slug, 'draft', () => Promise.resolve());
		await noteExpiry(backends, slug, '2030-01-01T00:00:00.000Z');
	}
	const use: Backends['use'] = (app, stage, body) =>
		app === 'broken' ? Promise.reject(new Error('corrupt')) : backends.use(app, stage, body);
	const sweeping = sweepExpired(
		{ ...backends, use, builder: backends.builder },
		new Date('2030-02-01T00:00:00Z'),
	);
	await expect(sweeping).rejects.toThrow('1 drafts');
	const left = await backends.builder.app.store.all(
		sql`SELECT key FROM _tk_state WHERE key LIKE 'schema_expiry:%'`,
	);
	expect(left.map((row) => row['key'])).toEqual(['schema_expiry:broken']);
});
