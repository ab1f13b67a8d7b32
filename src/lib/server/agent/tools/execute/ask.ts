import type { ToolInput } from '../definitions.ts';
import { answer, type ToolAnswer, type ToolContext } from '../context.ts';

/** What stands for the result of a call while its run is parked; the model never sees it. */
const parked = answer('Waiting for the person.', 'waiting for you');

export function ask({ questions }: ToolInput<'ask'>, { state }: ToolContext): Promise<ToolAnswer> {
	state.waiting = { kind: 'questions', questions };
	return Promise.resolve(parked);
}

export async function requestSecret(
	input: ToolInput<'request_secret'>,
	{ state, secrets }: ToolContext,
): Promise<ToolAnswer> {
	const hosts = await secrets.hostsOf(input.name);
	if (hosts !== undefined && input.hosts.every((host) => hosts.includes(host)))
		return answer(
			`The secret ${input.name} is set already, for ${hosts.join(', ')}. Its value stays with tinykit.`,
			'is set',
		);
	state.waiting = { kind: 'secret', ...input };
	return parked;
}
