import type { StopReason } from '#lib/contracts/index.ts';

/** The one thing to do next. */
export type NextAction =
	/** Sends these words. */
	| { readonly kind: 'say'; readonly label: string; readonly text: string }
	/** Goes on where the run ended. */
	| { readonly kind: 'continue'; readonly label: string }
	/** The same request once more. */
	| { readonly kind: 'retry'; readonly label: string }
	/** Opens the words of the run to be changed and sent again. */
	| { readonly kind: 'edit'; readonly label: string }
	/** Puts the cursor where one writes. */
	| { readonly kind: 'write'; readonly label: string }
	/** Opens a panel of the studio. */
	| { readonly kind: 'panel'; readonly label: string; readonly panel: 'history' | 'notes' }
	| { readonly kind: 'go'; readonly label: string; readonly href: string };

export interface StopWords {
	readonly title: string;
	readonly tone: 'good' | 'info' | 'warn' | 'bad';
	readonly action: NextAction | undefined;
}

const goOn: NextAction = { kind: 'continue', label: 'Continue' };
const again: NextAction = { kind: 'retry', label: 'Try again' };
const rephrase: NextAction = { kind: 'edit', label: 'Change the words and resend' };
const raise: NextAction = {
	kind: 'go',
	label: 'Raise the limit',
	href: '/tinykit/settings#agents',
};
const modelSettings = '/tinykit/settings#model';

/** Why a run ended, in words, and the one next action for it. */
export const stopWords: Readonly<Record<StopReason, StopWords>> = {
	done: { title: 'Done', tone: 'good', action: undefined },
	stopped_by_user: { title: 'You stopped this', tone: 'info', action: goOn },
	step_limit: { title: 'Stopped at the step limit', tone: 'warn', action: goOn },
	token_limit: { title: 'Stopped at the token limit', tone: 'warn', action: goOn },
	cost_limit: { title: 'Stopped at the cost limit', tone: 'warn', action: goOn },
	time_limit: { title: 'Stopped at the time limit', tone: 'warn', action: goOn },
	app_budget: { title: 'The budget of this app is spent', tone: 'warn', action: raise },
	day_budget: { title: 'The budget of today is spent', tone: 'warn', action: raise },
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
	waiting_for_approval: { title: 'It waited for your decision', tone: 'warn', action: goOn },
	waiting_for_answer: { title: 'It waited for your answer', tone: 'warn', action: goOn },
	waiting_for_secret: {
		title: 'A secret is missing',
		tone: 'warn',
		action: { kind: 'panel', label: 'Enter the secret', panel: 'notes' },
	},
	refused_by_model: { title: 'The model declined', tone: 'warn', action: rephrase },
	output_limit: { title: 'The answer was cut off', tone: 'warn', action: goOn },
	runaway_output: { title: 'Stopped: the answer ran away', tone: 'warn', action: again },
	context_full: {
		title: 'The conversation is full',
		tone: 'warn',
		action: { kind: 'write', label: 'Ask for a smaller step' },
	},
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
	conflict: {
		title: 'The files changed meanwhile',
		tone: 'warn',
		action: { kind: 'panel', label: 'See what changed', panel: 'history' },
	},
	kill_switch: {
		title: 'The agent is switched off',
		tone: 'warn',
		action: { kind: 'go', label: 'Switch agents on', href: '/tinykit/settings#agents' },
	},
	internal_error: { title: 'Something went wrong here', tone: 'bad', action: again },
};
