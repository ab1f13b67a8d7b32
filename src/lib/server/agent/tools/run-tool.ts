import { z } from 'zod';
import { TinykitError } from '#lib/contracts/index.ts';
import type { ToolCallBlock } from '../messages.ts';
import { failure, type ToolAnswer, type ToolContext } from './context.ts';
import { isToolName, toolDefinitions, type ToolDefinition, type ToolName } from './definitions.ts';
import { gate } from './gate.ts';
import { ask, requestSecret } from './execute/ask.ts';
import { check, done } from './execute/checks.ts';
import { logs, query, rulesCheck } from './execute/data.ts';
import { docs } from './execute/docs.ts';
import { edit } from './execute/edit.ts';
import { grep, list, read } from './execute/look.ts';
import { savePlan } from './execute/plan.ts';
import { preview } from './execute/preview.ts';
import { remember } from './execute/remember.ts';
import { schemaApply, schemaPlan } from './execute/schema.ts';
import { todo } from './execute/todo.ts';
import { remove, rename, write } from './execute/write.ts';

type BoundTool = (input: unknown, context: ToolContext) => Promise<ToolAnswer>;

/** Joins a definition with its execution: nothing is executed on an input that does not fit. */
const bind =
	<I extends z.ZodType>(
		{ input: schema }: ToolDefinition<I>,
		execute: (input: z.output<I>, context: ToolContext) => Promise<ToolAnswer>,
	): BoundTool =>
	async (input, context) => {
		const parsed = schema.safeParse(input);
		return parsed.success
			? execute(parsed.data, context)
			: failure(
					`The input does not fit the tool; nothing was executed.\n${z.prettifyError(parsed.error).slice(0, 2000)}`,
					'input does not fit',
				);
	};

/** Total: a tool that is defined and not executed does not type-check. */
const tools: Readonly<Record<ToolName, BoundTool>> = {
	list: bind(toolDefinitions.list, list),
	read: bind(toolDefinitions.read, read),
	grep: bind(toolDefinitions.grep, grep),
	edit: bind(toolDefinitions.edit, edit),
	write: bind(toolDefinitions.write, write),
	delete: bind(toolDefinitions.delete, remove),
	rename: bind(toolDefinitions.rename, rename),
	schema_plan: bind(toolDefinitions.schema_plan, schemaPlan),
	schema_apply: bind(toolDefinitions.schema_apply, schemaApply),
	rules_check: bind(toolDefinitions.rules_check, rulesCheck),
	query: bind(toolDefinitions.query, query),
	logs: bind(toolDefinitions.logs, logs),
	check: bind(toolDefinitions.check, check),
	preview: bind(toolDefinitions.preview, preview),
	docs: bind(toolDefinitions.docs, docs),
	ask: bind(toolDefinitions.ask, ask),
	request_secret: bind(toolDefinitions.request_secret, requestSecret),
	todo: bind(toolDefinitions.todo, todo),
	remember: bind(toolDefinitions.remember, remember),
	save_plan: bind(toolDefinitions.save_plan, savePlan),
	done: bind(toolDefinitions.done, done),
};

/** Runs one call of a model and gives its answer. */
export type ToolRunner = (call: ToolCallBlock, context: ToolContext) => Promise<ToolAnswer>;

/**
 * Checks the call's name and input, then executes it. Whatever is wrong with the call or expected to fail
 * (a refused path, a missing file) is an answer the model can act on.
 *
 * @throws what nobody expected: the run ends with `internal_error`
 */
export const runTool: ToolRunner = async (call, context) => {
	if (call.malformed !== undefined)
		return failure(
			`The input is not valid JSON (${call.malformed}); nothing was executed. Send the call again.`,
			'unreadable input',
		);
	if (!isToolName(call.name))
		return failure(
			`There is no tool ${call.name.slice(0, 100)}. The tools are: ${Object.keys(toolDefinitions).join(', ')}.`,
			'unknown tool',
		);
	const refused = gate(call.name, context);
	if (refused !== undefined) return refused;
	try {
		return await tools[call.name](call.input, context);
	} catch (error) {
		if (!(error instanceof TinykitError)) throw error;
		return failure(`${error.message} [${error.code}]`, error.message);
	}
};

/** One line for people: `edit src/App.svelte`. Never longer than 200 characters. */
export function callTitle(call: ToolCallBlock): string {
	const input: Readonly<Record<string, unknown>> =
		typeof call.input === 'object' && call.input !== null ? { ...call.input } : {};
	const text = (key: string): string => {
		const value = input[key];
		return typeof value === 'string' ? ` ${value}` : '';
	};
	const names = (key: string): string => {
		const value = input[key];
		if (!Array.isArray(value)) return '';
		return value
			.map((item: unknown) =>
				typeof item === 'object' && item !== null && 'name' in item ? ` ${String(item.name)}` : '',
			)
			.join('');
	};
	const title: Record<string, () => string> = {
		grep: () => text('query'),
		rename: () => `${text('from')} to${text('to')}`,
		schema_plan: () => `${names('create')}${names('update')}`,
		schema_apply: () => '',
		rules_check: () => text('collection'),
		query: () => `${text('collection')} as${text('as')}`,
		logs: () => text('search'),
		request_secret: () => text('name'),
		docs: () => text('topic'),
	};
	const rest = (title[call.name] ?? (() => text('path')))();
	return `${call.name}${rest}`.replaceAll(/\s+/g, ' ').slice(0, 200);
}
