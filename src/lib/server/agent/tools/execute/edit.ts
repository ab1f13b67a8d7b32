import type { ToolInput } from '../definitions.ts';
import { answer, failure, type ToolAnswer, type ToolContext } from '../context.ts';
import { applyEdit } from '../match.ts';
import { nearestLines } from '../nearest.ts';
import { asItIs, lineChanges, refuseUnseen, writeSeen } from './files.ts';

/** After so many misses on one file rewriting it is cheaper than guessing on. */
const missesBeforeWrite = 2;

export async function edit(input: ToolInput<'edit'>, context: ToolContext): Promise<ToolAnswer> {
	if (input.old === input.new)
		return failure('`old` and `new` are the same: nothing would change.', 'nothing to change');
	const file = await context.workspace.read(input.path);
	const refused = refuseUnseen(context, file);
	if (refused !== undefined) return refused;

	const outcome = applyEdit(file.text, input.old, input.new);
	switch (outcome.kind) {
		case 'applied': {
			const lost = await writeSeen(context, file.path, outcome.text, file);
			if (lost !== undefined) return lost;
			const how =
				outcome.step === 'exact'
					? ''
					: ` The text in the file differed from \`old\` in ${differences[outcome.step]}.`;
			return answer(
				`Replaced at line ${outcome.line} of ${file.path}.${how}`,
				lineChanges(file.text, outcome.text),
			);
		}
		case 'ambiguous':
			return failure(
				`\`old\` occurs at lines ${outcome.lines.join(', ')} of ${file.path}; nothing was changed. Take more lines around the place you mean, so that it occurs once.`,
				'occurs more than once',
			);
		case 'missing': {
			const misses = (context.state.misses.get(file.path) ?? 0) + 1;
			context.state.misses.set(file.path, misses);
			if (misses >= missesBeforeWrite)
				return failure(
					`\`old\` does not occur in ${file.path}; nothing was changed. This was miss ${misses} on this file: write the whole file instead. ${asItIs(context, file)}`,
					'not found',
				);
			const nearest = nearestLines(file.text, input.old);
			return failure(
				`\`old\` does not occur in ${file.path}; nothing was changed. ${
					nearest === ''
						? 'Nothing in the file is like it.'
						: `The most similar lines are:\n${nearest}\nCopy from them without the line numbers.`
				}`,
				'not found',
			);
		}
	}
}

const differences = {
	trailing_space: 'space at line ends',
	edge_space: 'indentation',
	unicode: 'look-alike characters',
} as const;
