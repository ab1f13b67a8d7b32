import { asAuthRecord, issueToken } from '../../core/auth/index.ts';
import {
	forbidden,
	type AuthCollection,
	type RequestContext,
	type RequestInfo,
	type StoredRecord,
} from '../../core/index.ts';
import { enrichRecords, passesRule } from '../../core/records/index.ts';
import { checkSuperuserIp } from '../middleware/superuser-ip.ts';
import { ok } from '../respond.ts';
import type { ApiContext, ApiReply } from '../types.ts';
import { textOf } from './find.ts';
import { requireSecondFactor, type AuthMethod } from './mfa.ts';
import { noteOrigin } from './origins.ts';

export interface SignIn {
	readonly collection: AuthCollection;
	readonly record: StoredRecord;
	/** How they proved who they are; undefined when a token is only renewed. */
	readonly method: AuthMethod | undefined;
	/** `@request.context` for the rules. */
	readonly context: RequestContext;
	/** Default: a new refreshable token. */
	readonly token?: string;
	readonly meta?: unknown;
}

/**
 * The one way to an auth token: superuser addresses, the collection's `authRule`, the second factor, then the answer
 * `{meta?, record, token}` (apis/record_helpers.go recordAuthResponse).
 * @throws ApiError 403 when the record may not sign in; 401 with an `mfaId` is a reply, not an error.
 */
export async function authReply(context: ApiContext, signIn: SignIn): Promise<ApiReply> {
	const { core } = context;
	const { collection, record, method } = signIn;
	const auth = asAuthRecord(record);
	if (!auth) throw forbidden();
	if (auth.isSuperuser) checkSuperuserIp(core, context.realIp);
	const { values } = await context.body();
	const info: RequestInfo = { ...context.info, context: signIn.context, body: values };
	const id = textOf(record, 'id');
	if (!(await passesRule(core, collection, id, collection.auth.authRule, info)))
		throw forbidden("The request doesn't satisfy the collection requirements to authenticate.");
	if (method && collection.auth.mfa.enabled) {
		const reply = await requireSecondFactor(context, collection, record, method, info);
		if (reply) return reply;
	}
	const [wire] = await enrichRecords(core, { ...info, auth }, [record], {
		showEmail: true,
		showHidden: auth.isSuperuser,
	});
	if (method && collection.auth.authAlert.enabled) await noteOrigin(context, collection, record);
	const token = signIn.token ?? (await issueToken(record, 'auth', core.now()));
	return ok(context, { meta: signIn.meta, record: wire, token });
}
