/**
 * The builder's one catalogue of error codes: HTTP status and public message. `docs/errors.md` lists the
 * same codes, held together by a test. What went wrong inside is the error's `cause`, and stays in the log.
 */
export const errorCatalogue = {
	// who asks
	not_authenticated: [401, 'Log in to the builder first.'],
	not_a_member: [403, 'This account is no member of this builder.'],
	role_too_low: [403, 'Your role does not allow this.'],
	agent_not_allowed: [403, 'Only a person can do this.'],
	setup_closed: [403, 'The builder is set up already.'],
	setup_code_wrong: [403, 'The setup code is wrong.'],
	setup_code_locked: [403, 'Too many wrong setup codes. Restart the server for a new code.'],
	cross_site: [403, 'Requests from other sites are not answered here.'],
	// what is asked for
	not_available: [501, 'This is not available yet.'],
	not_found: [404, 'There is nothing here.'],
	unknown_host: [421, 'This server does not answer for that host name.'],
	app_not_found: [404, 'There is no such app.'],
	run_not_found: [404, 'There is no such run.'],
	approval_not_found: [404, 'There is no such approval.'],
	secret_not_found: [404, 'There is no such secret.'],
	fact_not_found: [404, 'There is no such fact.'],
	plan_not_found: [404, 'There is no such plan.'],
	backup_not_found: [404, 'There is no such backup.'],
	checkpoint_not_found: [404, 'There is no such checkpoint.'],
	quarantine_not_found: [404, 'There are no such rows set aside.'],
	// how it is asked
	invalid_request: [400, 'The request is not in the expected form.'],
	invalid_json: [400, 'The request body is not valid JSON.'],
	body_too_large: [413, 'The request body is too large.'],
	slug_taken: [409, 'An app with this name exists already.'],
	too_many_apps: [409, 'There are too many apps.'],
	template_unknown: [400, 'There is no such template.'],
	// workspace
	path_invalid: [400, 'This file name is not allowed.'],
	path_reserved: [400, 'This file name is reserved.'],
	path_too_long: [400, 'File paths have at most 200 characters.'],
	path_is_link: [400, 'Links are not followed in a workspace.'],
	file_not_found: [404, 'There is no such file.'],
	file_exists: [409, 'A file with this name exists already.'],
	file_too_large: [413, 'A file has at most 1 MB.'],
	file_not_text: [415, 'This file is not text.'],
	too_many_files: [409, 'The workspace holds too many files.'],
	workspace_full: [409, 'The workspace is full.'],
	snapshot_not_found: [404, 'There is no such snapshot.'],
	file_changed: [412, 'The file has changed since it was read.'],
	workspace_failure: [500, 'The workspace could not be written.'],
	// runs
	run_active: [409, 'A run is working on this app already.'],
	run_ended: [409, 'This run has ended already.'],
	agents_stopped: [
		409,
		'An owner stopped all agents; none starts until they are switched on again.',
	],
	queue_full: [409, 'Too many messages wait already.'],
	message_not_found: [404, 'There is no such message in the queue.'],
	question_not_found: [404, 'There is no such question.'],
	question_decided: [409, 'This has been answered already.'],
	run_is_done: [409, 'This run is done; there is nothing to continue.'],
	nothing_to_restore: [409, 'What was there before this run was not kept.'],
	approval_decided: [409, 'This has been decided already.'],
	approval_stale: [409, 'The app has changed since; ask for the change again.'],
	change_not_found: [404, 'There is no such change of the collections.'],
	change_stale: [409, 'The collections have changed since; take back the newest change first.'],
	schema_failure: [500, 'The collections could not be changed; everything is as before.'],
	build_unknown: [409, 'That build is not the one that was asked about.'],
	too_many_facts: [409, 'There are too many facts; remove what no longer matters.'],
	plan_accepted: [409, 'This plan has been accepted already.'],
	// checkpoints
	checkpoint_data_missing: [409, 'The rows of this checkpoint are not kept any more.'],
	file_edited_since: [409, 'The file was changed since; restoring it loses that change.'],
	restore_impossible: [409, 'This cannot be restored as the app is now. Nothing was changed.'],
	// model
	key_missing: [400, 'No model key is set.'],
	key_rejected: [400, 'The provider refused the key.'],
	provider_unreachable: [502, 'The provider could not be reached.'],
	provider_failed: [502, 'The provider answered with an error.'],
	model_unknown: [400, 'The provider does not know this model.'],
	// backups
	backup_busy: [409, 'Another backup or restore is running.'],
	backup_failed: [500, 'The backup could not be made.'],
	backup_damaged: [422, 'The backup is damaged.'],
	cron_invalid: [400, 'The schedule is not a valid cron expression.'],
	// start
	env_invalid: [500, 'A setting in the environment is not valid.'],
	data_dir_locked: [500, 'Another process uses this data directory.'],
	data_dir_unwritable: [500, 'The data directory cannot be written.'],
	port_in_use: [500, 'The port is in use.'],
	node_version: [500, 'This version of Node is not supported.'],
	pages_missing: [500, 'The pages are not built yet; run "npm start" once.'],
	stopping: [503, 'The server is stopping.'],
	internal_error: [500, 'Something went wrong. The log has the details.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type ErrorCode = keyof typeof errorCatalogue;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCatalogue, code);

/** An expected failure. `code` and `message` are public, `cause` is not. */
export class TinykitError extends Error {
	override readonly name = 'TinykitError';
	readonly code: ErrorCode;
	readonly status: number;
	/** More public facts: the field, the path, the current hash. */
	readonly details: Readonly<Record<string, unknown>>;

	/**
	 * @param message replaces the catalogue's sentence where more can be said in public
	 * @example throw new TinykitError('file_not_found', { details: { path } })
	 */
	constructor(
		code: ErrorCode,
		options?: { message?: string; details?: Readonly<Record<string, unknown>>; cause?: unknown },
	) {
		const [status, message] = errorCatalogue[code];
		super(options?.message ?? message, { cause: options?.cause });
		this.code = code;
		this.status = status;
		this.details = options?.details ?? {};
	}
}
