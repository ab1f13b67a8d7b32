import type { StopReason } from '#lib/contracts/index.ts';

/** The one thing to do next. */
export type NextAction =
	/** Sends these words. */
	| { readonly kind: 'say'; readonly label: string; readonly text: string }
	/** Sends the same words again. */
	| { readonly kind: 'again'; readonly label: string }
	/** Puts the cursor where one writes. */
	| { readonly kind: 'write'; readonly label: string }
	| { readonly kind: 'go'; readonly label: string; readonly href: string };

export interface StopWords {
	readonly title: string;
	readonly tone: 'good' | 'info' | 'warn' | 'bad';
	readonly action: NextAction | undefined;
}

const goOn: NextAction = { kind: 'say', label: 'Continue', text: 'Continue where you stopped.' };
const again: NextAction = { kind: 'again', label: 'Try again' };
const rephrase: NextAction = { kind: 'write', label: 'Say it another way' };
const modelSettings = '/tinykit/settings#model';

/** Why a run ended, in words, and the one next action for it. */
export const stopWords: Readonly<Record<StopReason, StopWords>> = {
	done: { title: 'Done', tone: 'good', action: undefined },
	stopped_by_user: { title: 'You stopped this', tone: 'info', action: goOn },
	step_limit: { title: 'Stopped at the step limit', tone: 'warn', action: goOn },
	token_limit: { title: 'Stopped at the token limit', tone: 'warn', action: goOn },
	cost_limit: { title: 'Stopped at the cost limit', tone: 'warn', action: goOn },
	time_limit: { title: 'Stopped at the time limit', tone: 'warn', action: goOn },
	app_budget: {
		title: 'The budget of this app is spent',
		tone: 'warn',
		action: { kind: 'go', label: 'Open settings', href: '/tinykit/settings' },
	},
	day_budget: {
		title: 'The budget of today is spent',
		tone: 'warn',
		action: { kind: 'go', label: 'Open settings', href: '/tinykit/settings' },
	},
	loop: { title: 'Stopped: it went in circles', tone: 'warn', action: rephrase },
	repeated_failure: {
		title: 'Stopped: the same step kept failing',
		tone: 'warn',
		action: rephrase,
	},
	checks_failing: {
		title: 'Stopped with failing checks',
		tone: 'bad',
		action: { kind: 'say', label: 'Fix the checks', text: 'Fix what the checks report.' },
	},
	waiting_for_approval: { title: 'Waiting for your decision', tone: 'warn', action: undefined },
	waiting_for_answer: {
		title: 'Waiting for your answer',
		tone: 'warn',
		action: { kind: 'write', label: 'Answer' },
	},
	waiting_for_secret: { title: 'A secret is missing', tone: 'warn', action: rephrase },
	refused_by_model: { title: 'The model declined', tone: 'warn', action: rephrase },
	output_limit: { title: 'The answer was cut off', tone: 'warn', action: goOn },
	runaway_output: { title: 'Stopped: the answer ran away', tone: 'warn', action: again },
	context_full: { title: 'The conversation is full', tone: 'warn', action: rephrase },
	provider_error: { title: 'The model provider failed', tone: 'bad', action: again },
	provider_overloaded: { title: 'The model provider is overloaded', tone: 'warn', action: again },
	key_missing: {
		title: 'No model key is set',
		tone: 'warn',
		action: { kind: 'go', label: 'Add a key', href: modelSettings },
	},
	key_rejected: {
		title: 'The provider refused the key',
		tone: 'bad',
		action: { kind: 'go', label: 'Check the key', href: modelSettings },
	},
	interrupted: { title: 'Interrupted by a restart', tone: 'warn', action: goOn },
	conflict: { title: 'The files changed meanwhile', tone: 'warn', action: again },
	kill_switch: {
		title: 'The agent is switched off',
		tone: 'warn',
		action: { kind: 'go', label: 'Open settings', href: '/tinykit/settings' },
	},
	internal_error: { title: 'Something went wrong here', tone: 'bad', action: again },
};
