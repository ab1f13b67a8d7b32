import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMessagesServer } from '../fixtures/messages-server/index.ts';
import type { Installation } from '../src/lib/server/support/installation.ts';
import { backendTasks } from './backend/index.ts';
import { begin, grade, openWorkshop, put, reasonOf, run, scriptOf, useModel } from './play.ts';
import type { Group } from './task.ts';

/** Tests of a group: its graders accept what the agent makes of the solution, and reject what is wrong. */
export function testGroup(group: Group): void {
	let tinykit: Installation;
	beforeAll(async () => {
		tinykit = await openWorkshop();
	});
	afterAll(() => tinykit.close());

	const tasks = backendTasks.filter((task) => task.group === group);
	describe.each(tasks.map((task) => [task.id, task] as const))('%s', (_, task) => {
		it('a scripted solution passes the grader', async () => {
			const model = await startMessagesServer(scriptOf(task.solution));
			await useModel(tinykit, model);
			const slug = await begin(tinykit, task);
			try {
				const events = await run(tinykit, slug, task);
				model.assertDone();
				expect(reasonOf(events)).toBe('done');
				expect(await grade(tinykit, slug, task)).toEqual([]);
			} finally {
				await model.close();
				await tinykit.runtime.removeApp(slug);
			}
		});

		it.each(Object.entries(task.wrong))('the grader rejects: %s', async (_name, solution) => {
			const slug = await begin(tinykit, task);
			try {
				await put(tinykit, slug, solution);
				const failures = await grade(tinykit, slug, task);
				expect(failures).not.toEqual([]);
				// What is refused is refused for what is wrong with it.
				expect(failures.join()).not.toContain('could not go on');
			} finally {
				await tinykit.runtime.removeApp(slug);
			}
		});
	});
}
