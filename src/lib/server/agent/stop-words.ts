import type { StopReason } from '#lib/contracts/index.ts';

/** Each end in words, with one next action. */
export const stopWords: Readonly<Record<StopReason, { message: string; next: string }>> = {
	done: { message: 'Done.', next: 'Try it in the preview.' },
	stopped_by_user: {
		message: 'You stopped this run. What was written so far is kept.',
		next: 'Say how to go on.',
	},
	step_limit: {
		message: 'The limit of steps for one run is reached. What was written so far is kept.',
		next: 'Send "go on" to continue from here.',
	},
	token_limit: {
		message: 'The limit of tokens for one run is reached. What was written so far is kept.',
		next: 'Send "go on", or ask for a smaller step.',
	},
	cost_limit: {
		message: 'The cost limit for one run is reached. What was written so far is kept.',
		next: 'Send "go on", or ask for a smaller step.',
	},
	time_limit: {
		message: 'The time limit for one run is reached. What was written so far is kept.',
		next: 'Send "go on" to continue from here.',
	},
	app_budget: {
		message: 'What agents may spend on this app is spent. What was written so far is kept.',
		next: 'Ask an owner to raise the budget in Settings → Agent.',
	},
	day_budget: {
		message: 'What agents may spend today is spent. What was written so far is kept.',
		next: 'Go on tomorrow, or ask an owner to raise the budget in Settings → Agent.',
	},
	loop: {
		message: 'The model did the same thing again and again and was stopped.',
		next: 'Describe the next step in other words.',
	},
	repeated_failure: {
		message: 'The same action failed three times and the run was stopped.',
		next: 'Look at the failed step, then say how to go on.',
	},
	checks_failing: {
		message: 'The app does not pass its checks and the model could not repair it.',
		next: 'Ask for the problem shown to be repaired, or edit the file yourself.',
	},
	waiting_for_approval: {
		message: 'The run waits for your decision.',
		next: 'Accept or decline the change.',
	},
	waiting_for_answer: { message: 'The run waits for your answer.', next: 'Answer the question.' },
	waiting_for_secret: {
		message: 'The run waits for a secret.',
		next: 'Enter the secret in the settings of the app.',
	},
	refused_by_model: {
		message: 'The model declined this request.',
		next: 'Change the request and send it again.',
	},
	output_limit: {
		message: 'The answers of the model were cut off at their length limit again and again.',
		next: 'Ask for a smaller step.',
	},
	runaway_output: {
		message: 'The model repeated itself without end and was cut off.',
		next: 'Send the request again, perhaps in other words.',
	},
	context_full: {
		message: 'The conversation has become too long for the model.',
		next: 'Start a new request that says what is still to do.',
	},
	provider_error: {
		message: 'The model provider could not answer.',
		next: 'Check model and address in Settings → Model, then send the request again.',
	},
	provider_overloaded: {
		message: 'The model provider is overloaded or limits your requests.',
		next: 'Wait a little and send the request again.',
	},
	key_missing: { message: 'No model key is set.', next: 'Add a key in Settings → Model.' },
	key_rejected: {
		message: 'The model provider refused the key.',
		next: 'Check the key in Settings → Model.',
	},
	interrupted: {
		message:
			'The server was stopped during this run. Files are as the last finished step left them.',
		next: 'Send "go on" to continue.',
	},
	conflict: {
		message: 'The app was changed elsewhere at the same time.',
		next: 'Look at the files, then send the request again.',
	},
	kill_switch: {
		message: 'An owner stopped all runs.',
		next: 'Ask an owner before you start again.',
	},
	internal_error: {
		message: 'Something went wrong on the server. The log has the details.',
		next: 'Send the request again.',
	},
};

/**
 * The one next action after a run.
 * @param planned in plan mode: whether a plan was saved; there is nothing to try then
 */
export function nextAfter(reason: StopReason, planned?: boolean): string {
	if (reason !== 'done' || planned === undefined) return stopWords[reason].next;
	return planned
		? 'Read the plan, edit what should be different, then accept it.'
		: 'Ask for the plan again, in other words.';
}
