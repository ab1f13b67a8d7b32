import { docTopics, docs as pages, isDocTopic } from '../docs/index.ts';
import type { ToolInput } from '../definitions.ts';
import { answer, failure, type ToolAnswer } from '../context.ts';

/** Help of this version, in our own words; no network. */
export async function docs({ topic }: ToolInput<'docs'>): Promise<ToolAnswer> {
	if (!isDocTopic(topic))
		return failure(
			`There is no topic "${topic}". The topics are: ${docTopics.join(', ')}.`,
			'unknown topic',
		);
	return answer(pages[topic], topic);
}
