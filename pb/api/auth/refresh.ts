import { issueToken, readClaims } from '../../core/auth/index.ts';
import { badRequest, notFound, unauthorized } from '../../core/index.ts';
import { findRecord } from '../../core/records/index.ts';
import { bodyOr } from '../body-or.ts';
import { bearerToken } from '../middleware/token.ts';
import type { ApiContext, ApiReply } from '../types.ts';
import { authCollection } from './find.ts';
import { authReply } from './response.ts';

/** `POST …/auth-refresh`: a new token for a refreshable one, the same for an impersonated one. */
export async function authRefresh(context: ApiContext): Promise<ApiReply> {
	const { core, info, request } = context;
	const record = info.auth;
	if (record?.collection.type !== 'auth') throw unauthorized();
	const token = bearerToken(request);
	const isRefreshable = readClaims(token, core.now())?.['refreshable'] === true;
	return authReply(context, {
		collection: record.collection,
		record,
		method: undefined,
		context: 'default',
		...(!isRefreshable && { token }),
	});
}

/** `POST …/impersonate/{id}` `{duration?}`: a token that cannot be renewed, for superusers. */
export async function impersonate(context: ApiContext): Promise<ApiReply> {
	const { core, params } = context;
	const collection = authCollection(context);
	const record = await findRecord(core, collection, params['id'] ?? '');
	if (!record) throw notFound();
	const duration = toSeconds((await bodyOr(context)).values['duration'] ?? 0);
	const token = await issueToken(record, 'auth', core.now(), { refreshable: false, duration });
	return authReply(context, { collection, record, method: undefined, context: 'default', token });
}

function toSeconds(value: unknown): number {
	if (typeof value !== 'number' || !Number.isSafeInteger(value))
		throw badRequest('An error occurred while loading the submitted data.');
	if (value < 0)
		throw badRequest('An error occurred while validating the submitted data.', {
			duration: {
				code: 'validation_min_greater_equal_than_required',
				message: 'Must be no less than 0.',
				params: { threshold: 0 },
			},
		});
	return value;
}
