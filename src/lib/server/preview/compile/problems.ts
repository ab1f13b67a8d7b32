import type { Message } from 'esbuild';
import type { Problem } from '#lib/contracts/index.ts';
import { codeFrame, type Place } from './frame.ts';
import { placeOfMessage } from './message-place.ts';
import { SourceError, type SourceFiles } from './types.ts';

const maxProblems = 50;
const maxMessage = 2000;

/** From a place in the text that esbuild was given back to the file that was written. */
export type Origin = (namespace: string, path: string, place: Place) => Place | undefined;

function codeOf(text: string): string {
	if (text.startsWith('No matching export')) return 'import_missing_export';
	if (/^(?:Expected|Unexpected|Unterminated|Syntax error)/.test(text)) return 'syntax_error';
	return 'bundle_failed';
}

function hintFor(text: string, path: string): string {
	const isTyped = path.endsWith('.ts') || path.endsWith('.svelte');
	if (!text.startsWith('No matching export') || !isTyped) return '';
	return '. If it is a type, write "import type".';
}

/** esbuild's words name files with a namespace of ours. */
const readable = (text: string): string =>
	text.replaceAll(/"?(?:ws|css|runtime):([^"\s]+)"?/g, '"$1"');

function toProblem(message: Message, files: SourceFiles, origin: Origin): Problem {
	const detail: unknown = message.detail;
	if (detail instanceof SourceError) {
		return { ...detail.problem, message: detail.problem.message.slice(0, maxMessage) };
	}
	const [, namespace, path] = /^(ws|css):(.*)$/s.exec(message.location?.file ?? '') ?? [];
	const text = readable(message.text).slice(0, maxMessage);
	if (namespace === undefined || path === undefined) {
		return { code: codeOf(message.text), message: text };
	}
	const given = placeOfMessage(message);
	const place = given && origin(namespace, path, given);
	const source = Buffer.from(files.get(path) ?? []).toString('utf8');
	return {
		path,
		...place,
		code: codeOf(message.text),
		message: text + hintFor(message.text, path),
		...(place && { frame: codeFrame(source, place) }),
	};
}

/** What esbuild found, in the order of the files; at most 50. */
export function toProblems(
	messages: readonly Message[],
	files: SourceFiles,
	origin: Origin,
): Problem[] {
	const seen = new Map<string, Problem>();
	for (const message of messages) {
		const problem = toProblem(message, files, origin);
		seen.set(
			JSON.stringify([problem.path, problem.line, problem.column, problem.message]),
			problem,
		);
	}
	const order = (a: Problem, b: Problem): number =>
		(a.path ?? '').localeCompare(b.path ?? '') || (a.line ?? 0) - (b.line ?? 0);
	return [...seen.values()].sort(order).slice(0, maxProblems);
}
