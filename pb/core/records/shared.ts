import type { Row } from '../../store/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import type { RequestInfo } from '../request-info.ts';
import type { ReadOptions } from './access.ts';
import { isSuperuser } from './data.ts';
import { enrichRecords } from './enrich.ts';
import { toRecord } from './row.ts';
import { rowToWire } from './wire.ts';
import type { WireRecord } from './wire.ts';

/** What has been made of a page of rows that came from `Store.recall`. */
interface Made {
	readonly collection: Collection;
	readonly showHidden: boolean;
	readonly items: readonly WireRecord[];
}
const made = new WeakMap<readonly Row[], Made>();
const totals = new WeakMap<readonly Row[], number>();

/**
 * `enrichRecords` for a page of shared rows. Where nothing of the records depends on who asks, except for a superuser,
 * the outcome is remembered by the rows, frozen: it lives as long as they do and belongs to one definition of the
 * collection.
 */
export async function enrichRows(
	core: Core,
	info: RequestInfo,
	collection: Collection,
	rows: readonly Row[],
	options: ReadOptions,
): Promise<readonly WireRecord[]> {
	const isPersonal = collection.type === 'auth' || (info.query['expand'] ?? '') !== '';
	if (isPersonal)
		return enrichRecords(
			core,
			info,
			rows.map((row) => toRecord(collection, row)),
			options,
		);
	const showHidden = isSuperuser(info);
	const known = made.get(rows);
	if (known?.collection === collection && known.showHidden === showHidden) return known.items;
	const items = Object.freeze(rows.map((row) => rowToWire(collection, row, showHidden)));
	made.set(rows, { collection, showHidden, items });
	return items;
}

/**
 * How many records the list has of which these shared rows are a page. The same rows come only for the same conditions
 * with the same values, and only while the database stays as it is.
 */
export async function totalBeside(
	rows: readonly Row[],
	count: () => Promise<number>,
): Promise<number> {
	let total = totals.get(rows);
	if (total === undefined) totals.set(rows, (total = await count()));
	return total;
}
