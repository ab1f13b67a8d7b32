import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guards } from '../../../../../honesty/guards.ts';

const root = new URL('../../../../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** The mutations themselves take minutes: `npm run honesty`. Here: that each can still be made. */
describe('the guards that can be switched off', () => {
	it('are at least 25, each with a name of its own', () => {
		expect(guards.length).toBeGreaterThanOrEqual(25);
		expect(new Set(guards.map(({ name }) => name)).size).toBe(guards.length);
	});

	it.each(guards.map((guard) => [guard.name, guard] as const))(
		'%s',
		(name, { file, search, replace, test }) => {
			expect([name, read(file).split(search).length - 1]).toEqual([name, 1]);
			expect(replace).not.toBe(search);
			expect(existsSync(new URL(test, root))).toBe(true);
		},
	);

	it('stand in docs/agent.md', () => {
		const table = read('docs/agent.md');
		for (const { name } of guards)
			expect([name, table.includes(`| ${name}`)]).toEqual([name, true]);
	});
});
