import { notFound } from '../core/index.ts';
import { noContent, ok } from './respond.ts';
import type { ApiContext, ApiReply, Route } from './types.ts';

/** Scheduled jobs, for superusers (apis/cron.go). */
export const cronRoutes: readonly Route[] = [
	{ method: 'GET', pattern: '/api/crons', handler: list, access: 'superuser' },
	{ method: 'POST', pattern: '/api/crons/{id}', handler: run, access: 'superuser' },
];

function list(context: ApiContext): ApiReply {
	const jobs = context.core.crons.jobs();
	return ok(
		context,
		jobs.map(({ id, expression }) => ({ expression, id })),
	);
}

/** Starts a job and does not wait for it; a failure is in the log. */
function run({ core, params }: ApiContext): ApiReply {
	const job = core.crons.find(params['id'] ?? '');
	if (!job) throw notFound('Missing or invalid cron job');
	void job.run();
	return noContent();
}
