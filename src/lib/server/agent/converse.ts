import { ask, type Asked } from './ask.ts';
import { autofix } from './autofix/index.ts';
import type { Budget } from './budget.ts';
import { compact, roomFor } from './compaction.ts';
import { Conversation } from './conversation.ts';
import { finishWithoutDone } from './finish.ts';
import { LoopGuard } from './guard.ts';
import type { AgentRun } from './loop.ts';
import { open, reopen } from './opening.ts';
import { resumed, type ParkedRun } from './park.ts';
import type { AgentLimits } from './ports.ts';
import type { Usage } from './providers/types.ts';
import { runCalls, type CallPorts } from './run-calls.ts';
import { schemaNote } from './schema-note.ts';
import { abortReason, isAborted, type Stop } from './stop.ts';
import { runTool, toolSpecs, type RunState } from './tools/index.ts';
import { nudges, planTurn, userText } from './turn.ts';

/** Times in a row a model may be told to go on before the run ends without its word. */
const maxNudges = 2;
const maxCutAnswers = 3;

/** Asks, executes, answers, until something ends the run or a person has to be waited for. */
export async function converse(
	run: AgentRun,
	limits: AgentLimits,
	budget: Budget,
	state: RunState,
): Promise<Stop | ParkedRun> {
	const { provider, signal, sink } = run;
	const conversation = await begin(run, state);
	const ports: CallPorts = {
		context: { ...run, mode: run.mode ?? 'build', autofix: run.autofix ?? autofix, state },
		guard: new LoopGuard(),
		runTool: run.runTool ?? runTool,
	};
	const changed = await schemaNote(run.schema);
	const room = roomFor(limits.contextTokens, limits.maxTokens);
	const shorten = (cause: 'overflow' | 'context_full'): Promise<boolean> =>
		compact(conversation, cause, { sink, state, room, reopen: reopen(run, state) });
	let nudged = 0;
	let cutAnswers = 0;
	let wasFull = false;

	for (;;) {
		if (signal.aborted) return { reason: abortReason(signal) };
		if (conversation.projection().total > room) await shorten('overflow');
		const exceeded = await run.allowance?.exceeded();
		if (exceeded !== undefined) return { reason: exceeded };
		const permission = budget.permission(conversation.projection(), state.waitedMs);
		if (permission.kind === 'stop') return { reason: permission.reason };
		// The last step is for the card: what was asked for so far is not gone on with.
		if (permission.kind === 'last') {
			state.closing = true;
			const note = run.mode === 'plan' ? nudges.closingPlan : nudges.closing;
			conversation.messages.push({ role: 'user', content: [userText(note)] });
		}
		let usage: Usage | undefined;
		const asked = await ask(
			provider,
			{
				tools: toolSpecs,
				system: conversation.system,
				// After a cut answer there is room for a longer one, once.
				maxTokens: limits.maxTokens * (cutAnswers > 0 ? 2 : 1),
			},
			conversation.messages,
			{
				...run,
				mayAsk: async () => {
					const again = budget.permission(conversation.projection(), state.waitedMs);
					return again.kind === 'stop' ? again.reason : await run.allowance?.exceeded();
				},
				onUsage: async (spent) => {
					usage = spent;
					const cost = budget.spend(spent);
					if (cost !== undefined) await sink.emit({ type: 'usage', ...cost });
				},
			},
		);
		if (isFull(asked) && !wasFull) {
			wasFull = true;
			if (await shorten('context_full')) continue;
		}
		// A limit is why it ends, whatever became of the last question.
		const answer = answerOf(asked, signal);
		if (!('blocks' in answer))
			return permission.kind === 'last' && !isAborted(signal)
				? { reason: permission.reason }
				: answer;
		budget.countStep();

		const turn = planTurn(answer.blocks, answer.end, conversation.usedIds);
		conversation.answered(turn.content, usage ?? noUsage);
		const { blocks, stop, waiting } = await runCalls(turn.calls, ports);
		if (permission.kind === 'last' && state.done === undefined)
			return { reason: isAborted(signal) ? abortReason(signal) : permission.reason };
		if (stop !== undefined) return stop;
		if (waiting !== undefined && state.waiting !== undefined) {
			const changedNow = await changed(state);
			return {
				waitingFor: state.waiting,
				model: provider.model,
				call: waiting.call,
				startedAt: waiting.startedAt,
				system: conversation.system,
				messages: conversation.messages,
				usedIds: [...conversation.usedIds],
				before: blocks.slice(0, waiting.at),
				after: [
					...blocks.slice(waiting.at),
					...(changedNow === undefined ? [] : [userText(changedNow)]),
				],
				state,
				// Waiting that came before is in no later sum.
				spent: budget.spent(state.waitedMs),
			};
		}
		if (state.done !== undefined) return { reason: 'done' };

		const reply = [...blocks];
		if (answer.end === 'max_tokens') {
			cutAnswers += 1;
			if (cutAnswers >= maxCutAnswers) return { reason: 'output_limit' };
			reply.push(
				userText(turn.cutCall === undefined ? nudges.cutText : nudges.cutCall(turn.cutCall)),
			);
		} else {
			cutAnswers = 0;
			if (blocks.length > 0) nudged = 0;
			else {
				const isPaused = answer.end === 'pause' && turn.content.length > 0;
				const circle = ports.guard.observeSilence().stop;
				if (circle !== undefined) return circle;
				// A paused answer goes back as it is.
				if (isPaused) continue;
				nudged += 1;
				if (nudged >= maxNudges) return finishWithoutDone(ports.context, conversation.messages);
				reply.push(userText(turn.content.length === 0 ? nudges.empty : nudges.noDone));
			}
		}
		const note = await changed(state);
		conversation.messages.push({
			role: 'user',
			content: note === undefined ? reply : [...reply, userText(note)],
		});
	}
}

const noUsage: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };

async function begin(run: AgentRun, state: RunState): Promise<Conversation> {
	if (run.resume !== undefined) {
		const { system, messages, usedIds } = resumed(run.resume);
		return new Conversation(toolSpecs, system, messages, usedIds);
	}
	const { system, first } = await open(run, state);
	return new Conversation(toolSpecs, system, [first]);
}

const isFull = (asked: Asked): boolean =>
	asked.kind === 'stop' ? asked.reason === 'context_full' : asked.end === 'context_full';

/** An answer to work with, or why it ends the run. */
function answerOf(
	asked: Asked,
	signal: AbortSignal,
): Extract<Asked, { readonly kind: 'answer' }> | Stop {
	if (asked.kind === 'stop')
		return asked.reason === 'aborted'
			? { reason: abortReason(signal) }
			: { reason: asked.reason, ...(asked.message && { message: asked.message }) };
	switch (asked.end) {
		case 'refusal':
			return { reason: 'refused_by_model', ...(asked.detail && { message: asked.detail }) };
		case 'context_full':
			return { reason: 'context_full' };
		case 'unknown':
			return {
				reason: 'provider_error',
				message: `The model stopped for a reason this version does not know: ${asked.detail ?? 'none given'}.`,
			};
		case 'end_turn':
		case 'tool_use':
		case 'max_tokens':
		case 'pause':
			return asked;
	}
}
