import { ident, seq, slot, sql } from '../../sql/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import type { RequestInfo } from '../request-info.ts';
import type { CompiledRules } from '../rules/index.ts';
import { andWhere, readShared } from './access.ts';
import type { ReadOptions } from './access.ts';
import { isSuperuser, textOf } from './data.ts';
import { expandRecords } from './expand.ts';
import { parseExpand, toNode } from './expand-tree.ts';
import type { RecordNode } from './expand-tree.ts';
import type { StoredRecord } from './record.ts';
import { tableAs } from './row.ts';
import { planList } from './list-rules.ts';
import { toWire } from './wire.ts';
import type { WireRecord } from './wire.ts';

export interface EnrichOptions extends ReadOptions {
	/** Value of the `expand` parameter. Default: that of the request's query. */
	readonly expand?: string;
	/** Shows the e-mail of these records whoever asks: the answer to a sign-in. */
	readonly showEmail?: boolean;
	/** Shows hidden fields of these records whoever asks: a superuser who is signing in. */
	readonly showHidden?: boolean;
}

/**
 * Records as they leave: hidden fields and other people's e-mails left out, relations expanded, keys in order.
 * All of one collection. What is broken about a relation is logged and left out, as in PocketBase.
 */
export async function enrichRecords(
	core: Core,
	info: RequestInfo,
	records: readonly StoredRecord[],
	options: EnrichOptions = {},
): Promise<WireRecord[]> {
	const nodes = records.map(toNode);
	const first = records[0];
	if (!first) return [];
	const expand = options.expand ?? info.query['expand'] ?? '';
	try {
		await flagVisible(core, nodes, info, options);
		if (options.showEmail === true) for (const node of nodes) node.showEmail = true;
		if (options.showHidden === true) for (const node of nodes) node.showHidden = true;
		if (expand !== '')
			await expandRecords(nodes, parseExpand(expand), {
				core,
				info: { ...info, context: 'expand' },
				options,
				flag: (related, as) => flagVisible(core, related, as, options),
			});
	} catch (error) {
		if (options.signal?.aborted === true) throw error;
		if (options.lasting) options.lasting.holds = false;
		core.log.write(4, 'failed to expand or flag records', {
			collection: first.collection.name,
			error: String(error),
		});
	}
	return nodes.map(toWire);
}

/** Decides what the asking person sees of each record: superusers all, everyone the own e-mail, managers any. */
async function flagVisible(
	core: Core,
	nodes: readonly RecordNode[],
	info: RequestInfo,
	options: ReadOptions,
): Promise<void> {
	const collection = nodes[0]?.record.collection;
	if (!collection) return;
	if (isSuperuser(info)) {
		for (const node of nodes) {
			node.showHidden = true;
			node.showEmail = true;
		}
		return;
	}
	if (collection.type !== 'auth') return;
	const byId = new Map(nodes.map((node) => [String(node.record.data['id']), node]));
	const self = info.auth && byId.get(textOf(info.auth.data, 'id'));
	// Ids of auth records are unique over all auth collections.
	if (self) self.showEmail = true;
	const managed = await managedIds(core, collection, [...byId.keys()], info, options);
	for (const id of managed) {
		const node = byId.get(id);
		if (node) node.showEmail = true;
	}
}

async function managedIds(
	core: Core,
	collection: Collection,
	ids: readonly string[],
	info: RequestInfo,
	options: ReadOptions,
): Promise<ReadonlySet<string>> {
	const rule = collection.type === 'auth' ? collection.auth.manageRule : null;
	if (rule === null || rule === '') return new Set();
	const rules = planList(core, collection, info, { rule, byId: true }, options);
	const query = rules.statement('ids', selectIds, { ids: JSON.stringify(ids) });
	const rows = await readShared(ids, core, query, rules.compiled.cost, options);
	return new Set(rows.map((row) => String(row['id'])));
}

const selectIds = (collection: Collection, compiled: CompiledRules): SqlNode => {
	const id = ident(compiled.alias, 'id');
	return seq(
		sql`SELECT DISTINCT ${id} AS id FROM ${tableAs(collection, compiled.alias)} `,
		compiled.joins,
		sql` WHERE ${id} IN (SELECT value FROM json_each(${slot('ids')}))`,
		andWhere(compiled),
	);
};
