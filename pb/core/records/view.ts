import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { notFound } from '../errors.ts';
import type { RequestInfo } from '../request-info.ts';
import { RuleError } from '../rules/index.ts';
import { findPassing } from './access.ts';
import type { ReadOptions } from './access.ts';
import { enrichRecords } from './enrich.ts';
import { checkOpen } from './gate.ts';
import type { StoredRecord } from './record.ts';
import type { WireRecord } from './wire.ts';

/**
 * One record as on the wire, when it passes the view rule.
 * @throws ApiError 404 when there is none or the rule is not passed, 403 when only superusers may view.
 */
export async function viewRecord(
	core: Core,
	collection: Collection,
	info: RequestInfo,
	id: string,
	options: ReadOptions = {},
): Promise<WireRecord> {
	checkOpen(collection.viewRule, info);
	const record = await findViewable(core, collection, info, id, options);
	const [wire] = await enrichRecords(core, info, [record], options);
	if (!wire) throw notFound();
	return wire;
}

async function findViewable(
	core: Core,
	collection: Collection,
	info: RequestInfo,
	id: string,
	options: ReadOptions,
): Promise<StoredRecord> {
	try {
		const record = await findPassing(
			core,
			collection,
			id,
			collection.viewRule ?? '',
			info,
			options,
		);
		if (record) return record;
	} catch (error) {
		if (!(error instanceof RuleError)) throw error;
		throw notFound('', error);
	}
	throw notFound();
}
