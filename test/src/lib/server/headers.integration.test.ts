import { afterEach, expect, it } from 'vitest';
import { openInstallation, type Installation } from './support/installation.ts';

let tinykit: Installation;
afterEach(() => tinykit.close());

it('keeps browsers on https once the builder is reached by it, and guards every answer', async () => {
	tinykit = await openInstallation({
		TINYKIT_BUILDER_URL: 'https://builder.example.com',
		TINYKIT_APPS_DOMAIN: 'apps.example.net',
	});
	for (const path of [
		'/tinykit/api/status',
		'/tinykit/api/apps',
		'/_pb/api/health',
		'/_pb/@nope/api/health',
	]) {
		const { headers } = await tinykit.ask(path, { host: 'builder.example.com' });
		expect(headers['strict-transport-security'], path).toBe('max-age=31536000');
		expect(headers['x-content-type-options'], path).toBe('nosniff');
		expect(headers['access-control-allow-origin'], path).toBeUndefined();
		expect(headers['set-cookie'], path).toBeUndefined();
	}
	expect((await tinykit.ask('/tinykit/api/status', { host: 'localhost' })).status).toBe(421);
});

it('says nothing of https where it is not used', async () => {
	tinykit = await openInstallation();
	const { headers } = await tinykit.ask('/tinykit/api/status', { host: 'localhost' });
	expect(headers['strict-transport-security']).toBeUndefined();
});
