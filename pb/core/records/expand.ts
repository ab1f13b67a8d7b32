import { ident, seq, slot, sql, text } from '../../sql/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { isMultiple } from '../fields/index.ts';
import type { RelationField } from '../fields/index.ts';
import type { RequestInfo } from '../request-info.ts';
import { uniqueness } from '../rules/index.ts';
import type { CompiledRules } from '../rules/index.ts';
import { andWhere, readShared } from './access.ts';
import type { ReadOptions } from './access.ts';
import { readBackReferences } from './back-references.ts';
import { isSuperuser, namesOf } from './data.ts';
import { toNode } from './expand-tree.ts';
import type { PathTree, RecordNode } from './expand-tree.ts';
import { planList } from './list-rules.ts';
import { columnsOf, fieldOf, tableAs, toRecord } from './row.ts';

/** What a rule sees while related records are read. */
type Flag = (nodes: readonly RecordNode[], info: RequestInfo) => Promise<void>;

interface Expansion {
	readonly core: Core;
	/** With the context `expand`. */
	readonly info: RequestInfo;
	readonly options: ReadOptions;
	/** Decides which e-mails and hidden fields of the related records are shown. */
	readonly flag: Flag;
}

/** A relation seen from the records it starts at: the ids each of them leads to. */
interface Hop {
	readonly target: Collection;
	readonly single: boolean;
	idsOf(node: RecordNode): readonly string[];
}

/**
 * Hangs the related records of a tree of paths below `nodes`, all of one collection. The target's view rule decides
 * what is seen; what may not be seen is left out. An unknown name or a failing path leaves its relation unexpanded.
 */
export async function expandRecords(
	nodes: readonly RecordNode[],
	tree: PathTree,
	expansion: Expansion,
): Promise<void> {
	for (const [segment, below] of tree) await expandSegment(nodes, segment, below, expansion);
}

/** @returns false when this path cannot be expanded. */
async function expandSegment(
	nodes: readonly RecordNode[],
	segment: string,
	below: PathTree,
	expansion: Expansion,
): Promise<boolean> {
	const first = nodes[0];
	if (!first) return true;
	const hop = await findHop(first.record.collection, segment, nodes, expansion);
	if (!hop) return false;
	const related = await readRelated(hop, nodes, expansion);
	if (!related) return false;
	if (below.size > 0) {
		let hasExpanded = false;
		for (const [next, rest] of below)
			if (await expandSegment([...related.values()], next, rest, expansion)) hasExpanded = true;
		// As in PocketBase a broken path shows nothing of itself, not even its beginning.
		if (!hasExpanded) return false;
	}
	for (const node of nodes) {
		node.expand ??= new Map();
		const found: RecordNode[] = [];
		for (const id of hop.idsOf(node)) {
			const one = related.get(id);
			if (one) found.push(one);
		}
		const [one] = found;
		if (one) node.expand.set(segment, hop.single ? one : found);
	}
	return true;
}

/** Reads every related record once; undefined when the asking person may not view the collection at all. */
async function readRelated(
	hop: Hop,
	nodes: readonly RecordNode[],
	{ core, info, options, flag }: Expansion,
): Promise<Map<string, RecordNode> | undefined> {
	const { target } = hop;
	if (target.viewRule === null && !isSuperuser(info)) return undefined;
	const rule = isSuperuser(info) ? '' : (target.viewRule ?? '');
	const rules = planList(core, target, info, { rule, byId: true }, options);
	const ids = [...new Set(nodes.flatMap((node) => hop.idsOf(node)))];
	if (ids.length === 0) return new Map();
	const [first = ''] = ids;
	const query =
		ids.length === 1
			? rules.statement('one', selectOne, { id: first })
			: rules.statement('some', selectSome, { ids: JSON.stringify(ids) });
	const rows = await readShared(nodes, core, query, rules.compiled.cost, options);
	const related = rows.map((row) => toNode(toRecord(target, row)));
	await flag(related, info);
	return new Map(related.map((node) => [String(node.record.data['id']), node]));
}

const selectOne = (target: Collection, compiled: CompiledRules): SqlNode =>
	selectRelated(target, compiled, sql`= ${slot('id')}`);

const selectSome = (target: Collection, compiled: CompiledRules): SqlNode =>
	selectRelated(target, compiled, sql`IN (SELECT value FROM json_each(${slot('ids')}))`);

function selectRelated(target: Collection, compiled: CompiledRules, those: SqlNode): SqlNode {
	const { alias } = compiled;
	return seq(
		text(compiled.distinct ? 'SELECT DISTINCT ' : 'SELECT '),
		columnsOf(target, alias),
		text(' FROM '),
		tableAs(target, alias),
		text(' '),
		compiled.joins,
		sql` WHERE ${ident(alias, 'id')} ${those}`,
		andWhere(compiled),
	);
}

async function findHop(
	collection: Collection,
	segment: string,
	nodes: readonly RecordNode[],
	expansion: Expansion,
): Promise<Hop | undefined> {
	const { core, options } = expansion;
	// `comments_via_post`, or the older `comments(post)`.
	const back = segment.includes('(')
		? /^(\w+)\((\w+)\)$/.exec(segment)
		: /^(\w+)_via_(\w+)$/.exec(segment);
	if (!back) {
		const field = relationOf(collection, segment);
		const target = field && core.catalog.find(field.collectionId);
		return (
			target && {
				target,
				single: !isMultiple(field),
				idsOf: (node) => namesOf(node.record.data[segment]),
			}
		);
	}
	const [, from = '', name = ''] = back;
	const target = core.catalog.find(from);
	const field = target && relationOf(target, name);
	if (!target || field?.collectionId !== collection.id) return undefined;
	const ids = nodes.map((node) => String(node.record.data['id']));
	const references = await readBackReferences(core, target, field, ids, options);
	return {
		target,
		single: uniqueness(target, name) !== undefined,
		idsOf: (node) => references.get(String(node.record.data['id'])) ?? [],
	};
}

const relationOf = (collection: Collection, name: string): RelationField | undefined => {
	const field = fieldOf(collection, name);
	return field?.type === 'relation' ? field : undefined;
};
