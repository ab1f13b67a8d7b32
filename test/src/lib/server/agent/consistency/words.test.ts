import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runOptions, startRun, viewState } from '../../../../../../src/lib/contracts/index.ts';
import { docs } from '#lib/server/agent/tools/docs/index.ts';
import { appPrompt, firstMessage, globalPrompt, soFar } from '#lib/server/agent/prompt/index.ts';
import type { ToolDefinition } from '#lib/server/agent/tools/definitions.ts';
import { createRunState, toolDefinitions, toolSpecs } from '#lib/server/agent/tools/index.ts';
import { nudges } from '#lib/server/agent/turn.ts';
import { MemoryWorkspace } from '../support/memory.ts';

const root = new URL('../../../../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const names = new Set(Object.keys(toolDefinitions));
const inputs = JSON.stringify(toolSpecs.map(({ inputSchema }) => inputSchema));

const opening = {
	...{ text: 'Go.', history: [], files: [], facts: [], plan: undefined, view: undefined, now: 0 },
};
const first = (mode: 'plan' | 'build'): string =>
	JSON.stringify(firstMessage({ ...opening, mode }));
const summary = await soFar(createRunState(), new MemoryWorkspace(), 'I said so.', true);
const tools = 'src/lib/server/agent/tools/execute/';
/** Texts of failures stand in the source; so do the words of the guard and of the loop. */
const sources = [
	...readdirSync(new URL(tools, root)).map((name) => `${tools}${name}`),
	...['guard', 'turn', 'run-calls', 'ask', 'finish'].map(
		(name) => `src/lib/server/agent/${name}.ts`,
	),
	'src/lib/server/agent/tools/gate.ts',
	'src/lib/server/agent/tools/run-tool.ts',
];
/** What stands between quotes, whole sentences only. */
const sentences = (source: string): string =>
	[...source.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g)]
		.map((match) => match[1] ?? match[2] ?? '')
		.filter((text) => text.includes(' '))
		.join('\n');

const texts: readonly (readonly [string, string])[] = [
	['the prompt', globalPrompt],
	[
		'the part of an app',
		appPrompt({ slug: 'a', name: 'A' }, { text: '', collections: [] }, '', ''),
	],
	['the first message', first('build')],
	['the first message of a plan', first('plan')],
	['what happened so far', summary],
	...Object.entries(nudges).map(
		([name, text]) => [`the nudge ${name}`, typeof text === 'string' ? text : text('x')] as const,
	),
	...toolSpecs.map(({ name, description }) => [`the tool ${name}`, description] as const),
	...Object.entries(docs).map(([name, text]) => [`the docs on ${name}`, text] as const),
	...sources.map((path) => [path, sentences(read(path))] as const),
];

/** Names of tools in prose: two words joined, or behind a word that asks for a call. */
const namedIn = (text: string): readonly string[] => [
	...(text.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []),
	...[
		...text.matchAll(
			/\b(?:[Cc]all|with the tool|the tool|use|instead use) ([a-z]+)(?= and\b|[.,;:)]| with\b| once\b| first\b| again\b)/g,
		),
	].map((match) => match[1] ?? ''),
];
/** Behind those words, but no tools. */
const prose = new Set([
	'it',
	'them',
	'that',
	'this',
	'made',
	'data',
	'nothing',
	'came',
	'again',
	'failed',
	'is',
	'one',
]);
/** Reasons, codes and columns that are written the same way. */
const noTools = (name: string): boolean =>
	inputs.includes(`"${name}"`) ||
	// A back-relation in a rule or a filter.
	/_via_/.test(name) ||
	/^(?:tool|file|yes|not|no)_/.test(name) ||
	prose.has(name);

describe('what a model is told about tools', () => {
	it.each(texts)('%s names only tools there are', (_name, text) => {
		expect(namedIn(text).filter((name) => !names.has(name) && !noTools(name))).toEqual([]);
	});

	it('finds one that is not there', () => {
		expect(namedIn('Then call deploy and use schema_undo.')).toEqual(['schema_undo', 'deploy']);
	});

	it('every tool is described, and every input of it has a type', () => {
		for (const { name, description, inputSchema } of toolSpecs) {
			expect([name, description.length > 30, inputSchema['type']]).toEqual([name, true, 'object']);
			expect([name, inputSchema['additionalProperties']]).toEqual([name, false]);
		}
	});

	it('every tool stands in docs/agent.md with its flags', () => {
		const lines = read('docs/agent.md').split('\n');
		for (const [name, definition] of Object.entries<ToolDefinition>(toolDefinitions)) {
			const row = lines.find((line) => line.startsWith(`| \`${name}\``)) ?? '';
			const columns = row.split('|').map((column) => column.trim());
			const { reads, writes, consent, budget } = definition;
			expect([name, ...columns.slice(3, 7)]).toEqual([
				name,
				...[reads, writes].map((parts) => (parts.length === 0 ? '-' : parts.join(', '))),
				consent === true ? 'yes' : '',
				budget === undefined ? '' : `${budget}`,
			]);
		}
	});
});

describe('what a message may carry', () => {
	/** Each of these is followed into the request in `requests.integration.test.ts`. */
	it('is what the contract says and nothing else', () => {
		expect(Object.keys(startRun.shape).sort()).toEqual([
			'clientId',
			'mode',
			'model',
			'text',
			'view',
		]);
		expect(Object.keys(runOptions.shape).sort()).toEqual(['mode', 'model', 'plan', 'view']);
		expect(Object.keys(viewState.shape).sort()).toEqual(['errors', 'file', 'page', 'selection']);
	});

	it('the composer takes text; no files, no pictures, nothing that is dropped on it', () => {
		const composer = read('src/lib/studio/chat/Composer.svelte');
		for (const kind of ['type="file"', 'ondrop', 'onpaste', 'clipboardData', 'dataTransfer'])
			expect([kind, composer.includes(kind)]).toEqual([kind, false]);
		expect(composer).toContain('<textarea');
	});
});
