import { expect, it } from 'vitest';
import { backendTasks } from './backend/index.ts';
import { groups } from './task.ts';

it('there are 40 backend tasks, five in each of eight groups', () => {
	const counts = groups.map((group) => backendTasks.filter((task) => task.group === group).length);
	expect(counts).toEqual([5, 5, 5, 5, 5, 5, 5, 5]);
	expect(backendTasks.length).toBe(40);
});

it('each has a name of its own, a prompt, and three wrong solutions', () => {
	expect(new Set(backendTasks.map(({ id }) => id)).size).toBe(backendTasks.length);
	for (const { id, prompt, wrong } of backendTasks) {
		expect([id, Object.keys(wrong).length]).toEqual([id, 3]);
		expect(prompt.length, id).toBeGreaterThan(40);
	}
});
