import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBundler } from '../../../../src/lib/server/preview/compile/index.ts';
import { warmUpApp as appToCompile } from '../../../../src/lib/server/preview/worker/warm-up.ts';
import { createAppCheck } from '../../../../src/lib/server/types/check-app.ts';
import { warmUpApp as appToCheck } from '../../../../src/lib/server/types/warm-up.ts';
import { openInstallation, type Installation } from './support/installation.ts';

describe('what is started before somebody waits for it', () => {
	let tinykit: Installation;
	beforeAll(async () => {
		tinykit = await openInstallation();
	});
	afterAll(() => tinykit.close());

	it.each([
		['viewer', false],
		['editor', true],
	] as const)('a list of the apps, asked for by a %s: %s', async (role, isWarm) => {
		const authorization = await tinykit.account(`${role}@example.com`, role);
		const { status } = await tinykit.ask('/tinykit/api/apps', { headers: { authorization } });
		expect(status).toBe(200);
		expect(tinykit.runtime.preview.compilerPid !== undefined).toBe(isWarm);
	});

	it('compiles an app without a problem', async () => {
		expect(await (await createBundler()).compile(appToCompile)).toMatchObject({ ok: true });
	});

	it('checks an app without a problem', () => {
		expect(createAppCheck()(appToCheck)).toMatchObject({ unread: [], problems: [] });
	});
});
