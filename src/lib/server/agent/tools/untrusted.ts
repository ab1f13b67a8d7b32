import type { ToolContext } from './context.ts';

/** Characters that hide text or turn it around: tags, bidirectional controls, zero width. */
const invisible = /[\u{E0000}-\u{E007F}\u202A-\u202E\u2066-\u2069\u200B\u200E\u200F\u2060\uFEFF]/gu;

/**
 * Text that nobody in this conversation wrote (records, file names of users, console, web), fenced so that it
 * can be told from what the model was told. Nothing in it ends the fence, nothing in it is invisible.
 *
 * @param source where it came from, in our own words: `records of posts`
 */
export const fence = (source: string, text: string): string =>
	`<untrusted source="${source.replaceAll(/["<>\n]/g, ' ')}">\n${text
		.replaceAll(invisible, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
		.replaceAll(/<(?=\s*\/?\s*untrusted)/gi, '&lt;')}\n</untrusted>`;

/**
 * Fences text for the model and marks the run as tainted: from here on it cannot raise rights without a click.
 * Every tool that shows untrusted text shows it through this.
 */
export async function untrusted(
	{ state, sink }: Pick<ToolContext, 'state' | 'sink'>,
	source: string,
	text: string,
): Promise<string> {
	if (!state.taints.has(source)) {
		state.taints.add(source);
		await sink.emit({ type: 'tainted', source });
	}
	return fence(source, text);
}
