import { createHash } from 'node:crypto';
import type { AuthCollection, StoredRecord } from '../../core/index.ts';
import { deleteRecordTree, findRecordsWhere, saveRecord } from '../../core/records/index.ts';
import type { ApiContext } from '../types.ts';
import { textOf } from './find.ts';

const maxOrigins = 5;

/**
 * Remembers where a record signs in from, and writes to its owner when that is a new place (except the first).
 * A failure is logged; nobody is kept out by it (apis/record_helpers.go authAlert).
 */
export async function noteOrigin(
	context: ApiContext,
	collection: AuthCollection,
	record: StoredRecord,
): Promise<void> {
	try {
		await note(context, collection, record);
	} catch (error) {
		context.core.log.write(4, '[recordAuthResponse] Failed to send login alert', {
			error: String(error),
		});
	}
}

async function note(
	{ core, request, realIp }: ApiContext,
	collection: AuthCollection,
	record: StoredRecord,
): Promise<void> {
	const origins = core.catalog.find('_authOrigins');
	if (!origins) return;
	const agent = request.header('user-agent') ?? '';
	const userAgent = agent.length > 200 ? agent.slice(0, 200) + '...' : agent;
	// A name for a place, not a secret: PocketBase's choice, kept so that both know each other's rows.
	const fingerprint = createHash('md5')
		.update(realIp + userAgent)
		.digest('hex');
	const refs = { collectionRef: collection.id, recordRef: textOf(record, 'id') };
	const found = await findRecordsWhere(core, origins, refs);
	const known = found.find((origin) => textOf(origin, 'fingerprint') === fingerprint);
	if (!known && found.length > 0 && textOf(record, 'email') !== '') {
		const now = core.now().toISOString().replace('T', ' ');
		await core.mails.authAlert(record, `${now} - ${realIp} ${userAgent}`);
	}
	// Those used last stay.
	const byUse = found.toSorted((a, b) => (textOf(a, 'updated') < textOf(b, 'updated') ? 1 : -1));
	const surplus = known ? [] : byUse.slice(maxOrigins - 1);
	await core.store.write(async (tx) => {
		for (const origin of surplus) await deleteRecordTree(core, tx, origin);
		await saveRecord(core, tx, {
			collection: origins,
			record: known,
			values: { ...refs, fingerprint },
		});
	});
}
