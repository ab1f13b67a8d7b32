import type { PreviewAction } from '#lib/contracts/index.ts';
import type { PreviewSeen } from '../../ports.ts';
import type { ToolInput } from '../definitions.ts';
import { answer, clip, failure, type ToolAnswer, type ToolContext } from '../context.ts';
import { untrusted } from '../untrusted.ts';

/** Characters of each part of what the app showed. */
const maxText = 8000;
const maxConsole = 3000;
const maxErrors = 2000;

type Seen = Extract<PreviewSeen, { kind: 'seen' }>;

const browsers: Readonly<Record<Seen['browser'], string>> = {
	studio:
		"the studio's preview frame, signed in as the person there is; what was clicked happened in front of them",
	headless: 'headless chromium, as a visitor who is not signed in',
};

/** Opens the app, does the actions and tells what it shows; everything the app says is untrusted. */
export async function preview(
	input: ToolInput<'preview'>,
	context: ToolContext,
): Promise<ToolAnswer> {
	const actions = input.actions ?? [];
	if (context.mode === 'plan' && actions.some(({ type }) => type !== 'wait'))
		return failure(
			'Not executed: this run only plans, and clicks change data. Open the page without actions.',
			'only planning',
		);
	const seen = await context.preview.open(
		{ path: input.path ?? '/', actions, screenshot: input.screenshot ?? false },
		context.signal,
	);
	if (seen.kind === 'not_run')
		return failure(
			`preview: not run. ${seen.why} This is no fault of the app and proves nothing about it; go on without it and do not claim to have seen the page.`,
			'not run',
			seen.why,
		);
	const { result, bootErrors } = seen;
	const broken = result.steps.find(({ ok }) => !ok);
	const errors = bootErrors.length + result.console.filter(({ level }) => level === 'error').length;
	const told = await untrusted(context, 'page of the app', pageText(seen, actions));
	const text = [
		`Opened in ${browsers[seen.browser]}.`,
		broken
			? `Step ${result.steps.length} of ${actions.length} could not be done; the rest was not tried.`
			: '',
		input.screenshot === true && !seen.screenshot
			? 'There is no screenshot: only headless chromium can take one.'
			: '',
		told,
	]
		.filter((line) => line !== '')
		.join('\n');
	const facts = [
		seen.browser === 'studio' ? "the studio's frame" : 'headless chromium',
		...(actions.length > 0
			? [`${result.steps.filter(({ ok }) => ok).length}/${actions.length} steps`]
			: []),
		`${errors} errors`,
		...(result.failed.length > 0 ? [`${result.failed.length} failed requests`] : []),
	].join(', ');
	const whole = broken ? failure(text, facts) : answer(text, facts);
	return seen.screenshot
		? { ...whole, image: { mediaType: 'image/jpeg', data: base64(seen.screenshot) } }
		: whole;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function pageText({ result, bootErrors }: Seen, actions: readonly PreviewAction[]): string {
	const steps = result.steps.map(
		({ ok, text }, index) =>
			`${index + 1}. ${actions[index]?.type ?? ''}: ${ok ? 'ok' : 'FAILED'}, ${text}`,
	);
	const lines = result.console.map(({ level, text }) => `${level}: ${text}`);
	const failed = result.failed.map(
		({ method, url, status }) => `${method} ${url} ${status === 0 ? 'no answer' : status}`,
	);
	return [
		part('Errors at the start', clip(bootErrors.join('\n'), maxErrors)),
		part('Steps', steps.join('\n')),
		`At ${result.path}, title "${result.title}"`,
		part('Console', clip(lines.join('\n'), maxConsole)),
		part('Failed requests', failed.join('\n')),
		part('Page', clip(result.text === '' ? '(nothing can be seen)' : result.text, maxText)),
	]
		.filter((text) => text !== '')
		.join('\n\n');
}

const part = (name: string, text: string): string => (text === '' ? '' : `${name}:\n${text}`);
