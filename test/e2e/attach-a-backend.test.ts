import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMessagesServer } from '../fixtures/messages-server/index.ts';
import { chromiumPath } from '../run/chromium.ts';
import type { Installation } from '../src/lib/server/support/installation.ts';
import { attachTasks } from '../tasks/attach/index.ts';
import {
	begin,
	grade,
	openWorkshop,
	put,
	reasonOf,
	run,
	scriptOf,
	useModel,
} from '../tasks/play.ts';
import { openBrowser } from './support/browser.ts';

let tinykit: Installation;
let browser: Browser;
beforeAll(async () => {
	browser = await openBrowser();
	// The agent's own check boots each solution in a browser too.
	const chromium = { TINYKIT_CHROMIUM: chromiumPath() ?? 'off', TINYKIT_CHROMIUM_SANDBOX: 'off' };
	tinykit = await openWorkshop(chromium);
});
afterAll(async () => {
	await browser.close();
	await tinykit.close();
});

describe.each(attachTasks.map((task) => [task.id, task] as const))('%s', (_, task) => {
	it('begins with an app that compiles', async () => {
		const slug = await begin(tinykit, task);
		expect(await tinykit.runtime.preview.build(slug)).toMatchObject({ ok: true, problems: [] });
		const typed = await tinykit.runtime.types.check(slug, new AbortController().signal);
		expect(typed.flatMap(({ problems }) => problems)).toEqual([]);
		await tinykit.runtime.removeApp(slug);
	});

	it('a scripted solution passes grader and look', async () => {
		const model = await startMessagesServer(scriptOf(task.solution));
		await useModel(tinykit, model);
		const slug = await begin(tinykit, task);
		try {
			const events = await run(tinykit, slug, task);
			model.assertDone();
			expect(reasonOf(events)).toBe('done');
			const checks = events.flatMap((event) => (event.type === 'check' ? [event.check] : []));
			expect(checks.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual(
				['compile', 'types', 'usage', 'schema', 'rules', 'boot'].map((name) => `${name}: pass`),
			);
			expect(await grade(tinykit, slug, task, browser)).toEqual([]);
		} finally {
			await model.close();
			await tinykit.runtime.removeApp(slug);
		}
	});

	// Most of it is waiting for what never comes.
	it.concurrent.each(Object.entries(task.wrong))('rejected: %s', async (_name, solution) => {
		const slug = await begin(tinykit, task);
		try {
			await put(tinykit, slug, solution);
			const failures = await grade(tinykit, slug, task, browser);
			expect(failures).not.toEqual([]);
			expect(failures.join()).not.toContain('could not go on');
		} finally {
			await tinykit.runtime.removeApp(slug);
		}
	});
});
