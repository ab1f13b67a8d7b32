import { describe, expect, it } from 'vitest';
import { nearestLines } from '#lib/server/agent/tools/nearest.ts';

const file = Array.from({ length: 40 }, (_, index) => `const value${index} = ${index};`)
	.with(20, 'function greet(person) {')
	.with(21, "\treturn 'Hello ' + person.name;")
	.join('\n');

describe('nearestLines', () => {
	it('shows the most similar place with its line numbers', () => {
		const shown = nearestLines(file, "function greet(user) {\n\treturn 'Hello ' + user.name;");
		expect(shown).toContain('21|function greet(person) {');
		expect(shown).toContain("22|\treturn 'Hello ' + person.name;");
		expect(shown.split('\n').length).toBeLessThan(12);
	});
	it('shows nothing when nothing is alike', () => {
		expect(nearestLines(file, '<xyz>')).toBe('');
		expect(nearestLines('', 'a')).toBe('');
	});
});
