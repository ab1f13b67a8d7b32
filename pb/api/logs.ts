import { badRequest, notFound, pickFields } from '../core/index.ts';
import { findLog, listLogs, logStats } from '../core/logs/index.ts';
import { parseListQuery } from '../core/records/index.ts';
import { RuleError } from '../core/rules/index.ts';
import { json, ok } from './respond.ts';
import type { ApiContext, ApiReply, Route } from './types.ts';

/** The request log, for superusers (apis/logs.go). */
export const logRoutes: readonly Route[] = [
	{ method: 'GET', pattern: '/api/logs', handler: list, access: 'superuser', quiet: true },
	{ method: 'GET', pattern: '/api/logs/stats', handler: stats, access: 'superuser', quiet: true },
	{ method: 'GET', pattern: '/api/logs/{id}', handler: view, access: 'superuser', quiet: true },
];

async function list({ core, info, query }: ApiContext): Promise<ApiReply> {
	const page = await orBadRequest('', () => listLogs(core, info, parseListQuery(query)));
	const fields = query.get('fields');
	return json(200, fields ? { ...page, items: pickFields(page.items, fields) } : page);
}

async function stats(context: ApiContext): Promise<ApiReply> {
	const { core, info, query } = context;
	const filter = query.get('filter') ?? '';
	return ok(
		context,
		await orBadRequest('Invalid filter format.', () => logStats(core, info, filter)),
	);
}

async function view(context: ApiContext): Promise<ApiReply> {
	const entry = await findLog(context.core, context.params['id'] ?? '');
	if (!entry) throw notFound();
	return ok(context, entry);
}

async function orBadRequest<T>(message: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw error instanceof RuleError ? badRequest(message, undefined, error) : error;
	}
}
