import { expect, it } from 'vitest';
import { attachTasks } from './attach/index.ts';
import { backendTasks } from './backend/index.ts';
import { attachGroup, groups } from './task.ts';

const all = [...backendTasks, ...attachTasks];

it('there are 40 backend tasks, five in each of eight groups, and six apps that get a backend', () => {
	const sizes = groups.map((group) => backendTasks.filter((task) => task.group === group).length);
	expect(sizes).toEqual([5, 5, 5, 5, 5, 5, 5, 5]);
	expect(backendTasks.length).toBe(40);
	expect(attachTasks.map(({ group }) => group)).toEqual(Array(6).fill(attachGroup));
});

it('each has a name of its own, a prompt, and three wrong solutions that differ', () => {
	expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
	for (const { id, prompt, solution, wrong } of all) {
		const different = new Set(
			[solution, ...Object.values(wrong)].map((each) => JSON.stringify(each)),
		);
		expect([id, Object.keys(wrong).length, different.size]).toEqual([id, 3, 4]);
		expect(prompt.length, id).toBeGreaterThan(40);
	}
});

it.each(attachTasks.map((task) => [task.id, task] as const))(
	'%s begins in memory, and is looked at',
	(_, { start, solution, look }) => {
		const page = start?.files?.['src/App.svelte'] ?? '';
		expect(page.split('\n').length).toBeGreaterThanOrEqual(40);
		expect(page.split('\n').length).toBeLessThanOrEqual(120);
		expect(page).not.toMatch(/\$data|\$auth|localStorage/);
		expect(solution.files?.['src/App.svelte']).toContain('$data');
		expect(look).toBeDefined();
	},
);
