import type { ApiFailure, FailureCode } from './api/index.ts';

const advice: Partial<Readonly<Record<FailureCode, string>>> = {
	offline: 'Check that tinykit is running; nothing you wrote here is lost.',
	bad_response: 'Reload the page: it may be older than the server.',
	internal_error: 'Try again; if it stays, the server’s log says more.',
	run_active: 'Wait until it ends, or stop it.',
	file_exists: 'Choose another name.',
	slug_taken: 'Choose another name.',
	setup_code_wrong: 'It stands in the terminal where tinykit was started.',
	role_too_low: 'Ask an owner of this builder.',
	not_a_member: 'Ask an owner of this builder to add you.',
	backup_busy: 'Wait until it is finished.',
	key_rejected: 'Check that it is whole, and of this provider.',
	provider_unreachable: 'Check the base URL and this machine’s network.',
	model_unknown: 'Check the model’s name with your provider.',
};

/** One next step for a failure, where the message alone does not tell it. */
export function adviceFor(failure: ApiFailure): string {
	return advice[failure.code] ?? '';
}
