import {
	badRequest,
	type AuthCollection,
	type RequestInfo,
	type StoredRecord,
} from '../../core/index.ts';
import { deleteRecordTree, findRecord, passesRule, saveRecord } from '../../core/records/index.ts';
import { json } from '../respond.ts';
import type { ApiContext, ApiReply } from '../types.ts';
import { textOf } from './find.ts';

export type AuthMethod = 'password' | 'otp' | 'oauth2';

/**
 * The second factor (apis/record_helpers.go checkMFA): the first success answers 401 with an `mfaId`; whoever comes
 * back with it and another method gets in.
 * @returns The 401 reply, or undefined when both factors are there or the collection's `mfa.rule` spares the record.
 * @throws ApiError 400 for an unknown, expired or foreign `mfaId`, or the same method twice.
 */
export async function requireSecondFactor(
	context: ApiContext,
	collection: AuthCollection,
	record: StoredRecord,
	method: AuthMethod,
	info: RequestInfo,
): Promise<ApiReply | undefined> {
	const { core } = context;
	const recordId = textOf(record, 'id');
	const { rule } = collection.auth.mfa;
	if (rule !== '' && !(await passesRule(core, collection, recordId, rule, info))) return undefined;
	const sessions = core.catalog.find('_mfas');
	if (!sessions) throw badRequest('Failed to authenticate.');
	const given = context.query.get('mfaId') ?? info.body['mfaId'] ?? '';
	if (given === '') {
		const values = { collectionRef: collection.id, recordRef: recordId, method };
		const session = await core.store.write((tx) =>
			saveRecord(core, tx, { collection: sessions, values }),
		);
		return json(401, { mfaId: textOf(session, 'id') });
	}
	const session = typeof given === 'string' ? await findRecord(core, sessions, given) : undefined;
	if (!session) throw badRequest('Invalid or expired MFA session.');
	if (isExpired(session, core.now(), collection.auth.mfa.duration)) {
		await core.store.write((tx) => deleteRecordTree(core, tx, session));
		throw badRequest('Invalid or expired MFA session.');
	}
	if (
		textOf(session, 'recordRef') !== recordId ||
		textOf(session, 'collectionRef') !== collection.id
	)
		throw badRequest('Invalid MFA session.');
	if (textOf(session, 'method') === method)
		throw badRequest('A different authentication method is required.');
	await core.store.write((tx) => deleteRecordTree(core, tx, session));
	return undefined;
}

/** Whether a record was made more than `seconds` ago. */
export function isExpired(record: StoredRecord, now: Date, seconds: number): boolean {
	const created = Date.parse(textOf(record, 'created').replace(' ', 'T'));
	return !(now.getTime() - created <= seconds * 1000);
}
