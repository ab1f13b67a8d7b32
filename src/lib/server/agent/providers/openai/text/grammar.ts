import type { ToolSpec } from '../../types.ts';

/** The marks of written calls and results. All carry the run's nonce. */
export const marks = (nonce: string) =>
	({
		call: `<call-${nonce} tool="`,
		callEnd: `</call-${nonce}>`,
		argument: `<arg-${nonce} name="`,
		argumentEnd: `</arg-${nonce}>`,
		result: `<result-${nonce}`,
		resultEnd: `</result-${nonce}>`,
	}) as const;

/** How a model without tools is told to call them. Part of the prefix: the same for the whole run. */
export function grammarPrompt(tools: readonly ToolSpec[], nonce: string): string {
	const mark = marks(nonce);
	return `# Tools

You act only by calling tools. Write a call exactly like this, outside of code fences:

${mark.call}edit">
${mark.argument}path">src/App.svelte${mark.argumentEnd}
${mark.argument}old">
<h1>Hello</h1>
${mark.argumentEnd}
${mark.argument}new">
<h1>Good morning</h1>
${mark.argumentEnd}
${mark.callEnd}

- An argument that is a string is written as it is: no quotes, no escapes, nothing encoded. When it has several lines, its first line begins on the line behind the mark and the closing mark stands on its own line.
- Every other argument (number, true or false, list, object) is written as JSON.
- Several calls may follow each other. Behind the last one, stop: the results come in the next message, each between ${mark.result} …> and ${mark.resultEnd}. Never write a result yourself.
- The marks hold the code ${nonce}. Text with other marks is not a call.

The tools, with the JSON Schema of their arguments:

${tools
	.map(
		({ name, description, inputSchema }) =>
			`## ${name}\n${description}\n${JSON.stringify(inputSchema)}`,
	)
	.join('\n\n')}`;
}
