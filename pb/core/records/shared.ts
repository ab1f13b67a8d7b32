import { WeakCache } from '../../lib/index.ts';
import type { Row } from '../../store/index.ts';
import type { Catalog, Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import type { RequestInfo } from '../request-info.ts';
import type { ReadOptions } from './access.ts';
import { isSuperuser } from './data.ts';
import { enrichRecords } from './enrich.ts';
import { toRecord } from './row.ts';
import { rowToWire } from './wire.ts';
import type { WireRecord } from './wire.ts';

/** What has been made of a page of rows that came from `Store.recall`, and all that it depends on beside the database. */
interface Made {
	readonly catalog: Catalog;
	readonly collection: Collection;
	/** See `viewerOf`. */
	readonly viewer: string;
	readonly expand: string;
	readonly items: readonly WireRecord[];
}
const made = new WeakCache<readonly Row[], Made>(6_000_000);
const totals = new WeakMap<readonly Row[], number>();

/**
 * `enrichRecords` for a page of shared rows. The outcome is remembered by the rows, frozen: it lives as long as they do.
 * What was read for it was read after them; as long as they are given again, nothing has been written since.
 * @param options Only what holds as `lasting` is remembered.
 */
export async function enrichRows(
	core: Core,
	info: RequestInfo,
	collection: Collection,
	rows: readonly Row[],
	options: ReadOptions,
): Promise<readonly WireRecord[]> {
	const { catalog } = core;
	const expand = info.query['expand'] ?? '';
	const isPlain = collection.type !== 'auth' && expand === '';
	const viewer = isPlain ? String(isSuperuser(info)) : viewerOf(info);
	const known = made.get(rows);
	if (
		known?.catalog === catalog &&
		known.collection === collection &&
		known.viewer === viewer &&
		known.expand === expand
	)
		return known.items;
	const items = isPlain
		? rows.map((row) => rowToWire(collection, row, isSuperuser(info)))
		: await enrichRecords(
				core,
				info,
				rows.map((row) => toRecord(collection, row)),
				options,
			);
	if (options.lasting?.holds === true) {
		const page = { catalog, collection, viewer, expand, items: Object.freeze(items) };
		// Without expand the values are those of the rows.
		made.set(rows, page, expand === '' ? 200 * items.length : sizeOf(items));
	}
	return items;
}

/** Bytes that a value takes, about. */
function sizeOf(value: unknown): number {
	if (typeof value === 'string') return 16 + value.length;
	if (typeof value !== 'object' || value === null) return 16;
	let bytes = 32;
	for (const item of Object.values(value)) bytes += sizeOf(item);
	return bytes;
}

/** What planned rules and the flags of records depend on of whoever asks (`planRules`, `flagVisible`). */
function viewerOf({ auth }: RequestInfo): string {
	if (!auth) return 'guest';
	const { collection, data, isSuperuser: isRoot } = auth;
	const facts = [collection.id, data['id'], data['verified'], data['emailVisibility'], isRoot];
	return JSON.stringify(facts);
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
