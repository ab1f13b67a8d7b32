import type { Message } from '../../messages.ts';
import type { ModelRequest } from '../types.ts';
import {
	changeFor,
	executedCalls,
	filesRead,
	intentOf,
	tablesIn,
	type Change,
	type Executed,
} from './follow/index.ts';
import { addKey, done, say, type Answer } from './answer.ts';

const maxFiles = 60;
const takenBack = 'That did not work, so I take it back.';
const abilities =
	'I can add, rename or remove a field, rename the app or a table, add a page of text, change a colour, light or dark, a text in quotes, or who may read, add, change or delete - one at a time';

/** The next answer of a turn on an app that has files: look, work it out, change, check; or say why not. */
export function followUp(request: string, { messages, system }: ModelRequest): Answer {
	const turns = executedCalls(messages);
	const last = turns.at(-1) ?? [];
	const intent = intentOf(request);
	if (intent === undefined) return nothing(request, 'I do not understand it');
	const name = last[0]?.call.name ?? '';
	if (name === 'list') return readAll(last[0]?.result.text ?? '', request);
	const files = filesRead(turns.find((calls) => calls[0]?.call.name === 'read') ?? []);
	if (files === undefined) return nothing(request, 'a file of it is too long for me');
	const change = changeFor({ tables: tablesIn(system), files }, intent);
	if ('declined' in change) return nothing(request, change.declined);
	const step: Step = { request, change, turns, last, files };
	if (wasTakenBack(messages)) return afterTakingBack(step);
	const failed = last.find(({ result }) => result.isError);
	switch (name) {
		case 'read':
			return change.schema === undefined ? edits(step) : call('schema_plan', change.schema);
		case 'schema_plan':
			return failed ? refused(step, failed) : apply(step);
		case 'schema_apply':
			return failed ? refused(step, failed) : edits(step);
		case 'edit':
		case 'write':
			return failed ? takeBack(step) : call('check', {});
		case 'check':
			return failed ? takeBack(step) : finished(change);
		default:
			return say('', []);
	}
}

interface Step {
	readonly request: string;
	readonly change: Change;
	readonly turns: readonly (readonly Executed[])[];
	readonly last: readonly Executed[];
	readonly files: readonly { readonly path: string; readonly text: string }[];
}

const call = (name: string, input: unknown): Answer => say('', [{ name, input }]);

function readAll(listed: string, request: string): Answer {
	const paths = [...listed.matchAll(/^(src\/\S+\.(?:svelte|ts|js|css)) \(/gm)].map(
		([, path]) => path,
	);
	if (paths.length > maxFiles) return nothing(request, 'this app has too many files for me');
	return say(
		'',
		paths.map((path) => ({ name: 'read', input: { path } })),
	);
}

function apply({ last, change, request, ...step }: Step): Answer {
	const plan = /^Plan (\S+):/m.exec(last[0]?.result.text ?? '')?.[1];
	if (plan !== undefined) return call('schema_apply', { plan });
	return change.calls.length > 0
		? edits({ last, change, request, ...step })
		: nothing(request, 'it is like that already');
}

const edits = ({ change }: Step): Answer =>
	change.calls.length === 0 ? call('check', {}) : say('', change.calls);

const finished = ({ summary, notDone = [], next = [] }: Change): Answer =>
	say('Done; look at it in the preview.', [done(summary, notDone, next)]);

/** Nothing was touched yet. */
const refused = ({ request }: Step, { result }: Executed): Answer =>
	nothing(request, result.text.split('\n')[0] ?? 'it was refused');

const wasTakenBack = (messages: readonly Message[]): boolean =>
	messages.some(
		({ role, content }) =>
			role === 'assistant' &&
			content.some((block) => block.type === 'text' && block.text.includes(takenBack)),
	);

/** Each file that was changed gets the text it had; what was made goes. */
function takeBack({ turns, change, files }: Step): Answer {
	const changed = new Set(
		turns.flat().flatMap(({ call: { name, input }, result }) => {
			const { path } = input as { readonly path?: unknown };
			const isChange = (name === 'edit' || name === 'write') && !result.isError;
			return isChange && typeof path === 'string' ? [path] : [];
		}),
	);
	const calls = [...changed].map((path) => {
		const before = files.find((file) => file.path === path);
		return before
			? { name: 'write', input: { path, content: before.text, confirmShrink: true } }
			: { name: 'delete', input: { path } };
	});
	const first = calls.length > 0 ? calls : schemaBack(turns, change);
	return say(takenBack, first.length > 0 ? first : [{ name: 'check', input: {} }]);
}

const wasApplied = (turns: Step['turns']): boolean =>
	turns.flat().some(({ call: { name }, result }) => name === 'schema_apply' && !result.isError);

const schemaBack = (turns: Step['turns'], { inverse }: Change): Answer['calls'] =>
	inverse !== undefined && wasApplied(turns) ? [{ name: 'schema_plan', input: inverse }] : [];

function afterTakingBack({ request, change, turns, last }: Step): Answer {
	const name = last[0]?.call.name;
	const failed = last.some(({ result }) => result.isError);
	if (name === 'write' || name === 'delete') {
		const back = failed ? [] : schemaBack(turns, change);
		return say('', back.length > 0 ? back : [{ name: 'check', input: {} }]);
	}
	if (name === 'schema_plan' && !failed) {
		const plan = /^Plan (\S+):/m.exec(last[0]?.result.text ?? '')?.[1];
		if (plan !== undefined) return call('schema_apply', { plan });
	}
	if (name !== 'check') return call('check', {});
	if (failed)
		return say(`A check fails, and I cannot repair it: that needs a model. ${addKey}`, []);
	const isLeft = wasApplied(turns) && change.inverse === undefined;
	return say('', [
		done(
			['Tried it and took it back: the files are as they were'],
			[
				`"${request.slice(0, 300)}": a check failed with it`,
				...(isLeft ? ['The tables were changed and stay so; a restore point undoes that'] : []),
			],
			[addKey],
		),
	]);
}

/** The honest end of a turn that changes nothing. */
function nothing(request: string, why: string): Answer {
	return say(`I changed nothing: ${why}. ${abilities}. ${addKey}`, [
		done(
			['Looked at the app; changed nothing'],
			[`"${request.slice(0, 300)}": ${why.slice(0, 300)}`],
			[abilities, addKey],
		),
	]);
}
