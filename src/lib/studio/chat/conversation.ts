import type { Answers, Approval, Plan } from '#lib/contracts/index.ts';
import type { NextAction } from './stop-words.ts';
import type { RunView } from './run-view.svelte.ts';

/** What a reader of the conversation can do in it. Each resolves once the server has answered. */
export interface Conversation {
	readonly decide: (approval: Approval, accept: boolean) => Promise<void>;
	/** @param answers undefined: left to the agent. @returns whether it was taken */
	readonly answer: (questionId: string, answers: Answers | undefined) => Promise<boolean>;
	readonly enterSecret: (name: string, value: string) => Promise<boolean>;
	readonly savePlan: (plan: Plan, text: string) => Promise<boolean>;
	readonly acceptPlan: (plan: Plan) => Promise<boolean>;
	readonly resend: (view: RunView, text: string) => Promise<boolean>;
	readonly retry: (view: RunView) => Promise<boolean>;
	/** The one next action of an ended turn, but for `edit`, which the turn does itself. */
	readonly act: (view: RunView, action: NextAction) => void;
	/** Opens the history at the checkpoint. */
	readonly restore: (checkpoint: string) => void;
	/** Opens what is remembered. */
	readonly notes: () => void;
	readonly open: (path: string, line?: number, column?: number) => void;
}
