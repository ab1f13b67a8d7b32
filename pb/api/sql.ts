import { bodyOrReason } from './body-or.ts';
import { notAvailable } from './respond.ts';
import type { ApiContext, Route } from './types.ts';
import { length, required, texts, validate } from './validate.ts';

/** The SQL console of PocketBase's dashboard, for superusers (apis/sql.go). */
export const sqlRoutes: readonly Route[] = [
	{ method: 'POST', pattern: '/api/sql', handler: run, access: 'superuser' },
];

/** Refuses what PocketBase refuses, and for the rest says that it cannot be run here. */
async function run(context: ApiContext): Promise<never> {
	const form = texts(await bodyOrReason(context), ['query']);
	await validate(form, { query: [required, length(0, 5000)] });
	throw notAvailable('The SQL console');
}
