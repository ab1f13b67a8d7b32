import { describe, expect, it } from 'vitest';
import { globalPrompt } from '#lib/server/agent/prompt/index.ts';
import { toolDefinitions, toolSpecs } from '#lib/server/agent/tools/index.ts';
import { nudges } from '#lib/server/agent/turn.ts';

const names = new Set(Object.keys(toolDefinitions));
/** Words of the inputs, `"yes_no"`, may be named, too. */
const inputs = JSON.stringify(toolSpecs.map(({ inputSchema }) => inputSchema));
const texts: readonly (readonly [string, string])[] = [
	['the prompt', globalPrompt],
	...Object.entries(nudges).map(
		([name, text]) => [name, typeof text === 'string' ? text : text('x')] as const,
	),
	...toolSpecs.map(({ name, description }) => [name, description] as const),
];

describe('what a model is told', () => {
	it.each(texts)('%s names no tool that is not there', (_name, text) => {
		const named = text.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? [];
		expect(named.filter((name) => !names.has(name) && !inputs.includes(`"${name}"`))).toEqual([]);
	});

	it('the prompt names the tools its rules are about', () => {
		for (const name of ['list', 'read', 'edit', 'write', 'check', 'done', 'todo', 'remember'])
			expect([name, names.has(name), globalPrompt.includes(name)]).toEqual([name, true, true]);
	});

	it('has nothing in it that changes: it is cached', () => {
		expect(globalPrompt).not.toMatch(/\b20\d\d\b|localhost|\bundefined\b/);
	});
});
