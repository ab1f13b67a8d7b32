import { setImmediate as nextTurn } from 'node:timers/promises';
import { guard, ident, param, sql, text } from '../../sql/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Reader, Store, Transaction } from '../../store/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { isMultiple } from '../fields/index.ts';
import type { Field, RelationField } from '../fields/index.ts';
import { eachItem } from './back-references.ts';
import { namesOf } from './data.ts';
import type { RecordData } from './record.ts';

/*
 * Deleting a record asks every relation that points at its collection who references it, and without an index each
 * answer takes a look at the whole table. So once a column has been looked through, what it may hold is remembered:
 * a set that only grows, so that "not in it" is certain. It is good for as long as nobody but the record layer wrote to
 * the database or changed its schema (`Store.untracked`); what the record layer writes it adds first.
 */

/** 64 KiB per column: of 50,000 values held 1 in 80 others is taken for one of them, and looked for in vain. */
const bits = 1 << 19;
const hashes = 4;
/** Rows looked at without a break: a millisecond or less. */
const portion = 5000;

/** A set of texts that may say yes by mistake, never no. */
class Values {
	readonly #words = new Uint32Array(bits / 32);

	add(value: string): void {
		for (const at of places(value))
			this.#words[at >>> 5] = (this.#words[at >>> 5] ?? 0) | (1 << (at & 31));
	}

	mayHave(value: string): boolean {
		return places(value).every((at) => ((this.#words[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0);
	}
}

/** FNV-1a, and the steps to the next places from its mixed bits. */
function places(value: string): number[] {
	let hash = 0x811c9dc5;
	for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
	const mixed = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
	const step = (mixed ^ (mixed >>> 13)) | 1;
	return Array.from({ length: hashes }, (_, i) => (hash + Math.imul(i, step)) & (bits - 1));
}

interface Held {
	readonly values: Values;
	isComplete: boolean;
}

interface Known {
	readonly untracked: number;
	/** By table and column. */
	readonly columns: Map<string, Held>;
}

const all = new WeakMap<Store, Known>();

/** What is known of a database as it is now. */
function knownOf({ store }: Core): Known {
	let known = all.get(store);
	if (known?.untracked !== store.untracked)
		all.set(store, (known = { untracked: store.untracked, columns: new Map<string, Held>() }));
	return known;
}

/** As SQLite tells names apart. By name, not by id: a request may still write with a definition of before. */
const keyOf = (table: string, column: string): string => `${table}.${column}`.toLowerCase();

/** Tells what a record is about to hold, before it is written. */
export function noteHeld(
	{ store }: Core,
	collection: Collection,
	data: Readonly<RecordData>,
	fields: readonly Field[],
): void {
	const known = all.get(store)?.columns;
	if (known === undefined || known.size === 0) return;
	for (const { name } of fields) {
		const values = known.get(keyOf(collection.name, name))?.values;
		if (values) for (const value of namesOf(data[name])) values.add(value);
	}
}

/** False when certainly no record of `from` holds that id; true also when nothing is known. */
export function mayHold(core: Core, from: Collection, field: RelationField, id: string): boolean {
	const held = knownOf(core).columns.get(keyOf(from.name, field.name));
	return held?.isComplete !== true || held.values.mayHave(id);
}

/**
 * Remembers from now on what the column may hold, and reads what it holds already once the transaction is committed.
 * @param tx shares its commit with nobody: what others wrote before would be neither noted nor read.
 */
export function learnHeld(
	core: Core,
	tx: Transaction,
	from: Collection,
	field: RelationField,
): void {
	const { columns } = knownOf(core);
	const key = keyOf(from.name, field.name);
	if (columns.has(key)) return;
	const held: Held = { values: new Values(), isComplete: false };
	columns.set(key, held);
	const forget = (): void => {
		if (columns.get(key) === held) columns.delete(key);
	};
	tx.afterRollback(forget);
	tx.afterCommit(() => {
		// Nobody waits for it.
		void readHeld(core, from, field, held).catch(forget);
	});
}

async function readHeld(core: Core, from: Collection, field: RelationField, held: Held) {
	const column = ident(from.name, field.name);
	const source = isMultiple(field)
		? sql`${ident(from.name)}, ${eachItem(column)} AS __je`
		: ident(from.name);
	const value = isMultiple(field) ? text('__je.value') : column;
	for await (const within of portionsOf(core.store, from)) {
		const rows = await core.store.all(
			sql`SELECT DISTINCT ${value} AS value FROM ${source} WHERE ${guard([from.name])} AND ${within}`,
		);
		for (const row of rows) held.values.add(String(row['value']));
	}
	held.isComplete = true;
}

/**
 * Conditions that part a table's rows by rowid, so that the event loop turns in between. Of rows that are written
 * meanwhile those with a higher rowid are seen as well.
 */
export async function* portionsOf(reader: Reader, from: Collection): AsyncGenerator<SqlNode> {
	const rowid = sql`${ident(from.name)}.rowid`;
	for (let after: number | undefined; ;) {
		const begin = after === undefined ? text('1 = 1') : sql`${rowid} > ${param(after)}`;
		const last = await reader.get(
			sql`SELECT ${rowid} AS place FROM ${ident(from.name)} WHERE ${begin} ORDER BY ${rowid} LIMIT 1 OFFSET ${param(portion - 1)}`,
		);
		if (last === undefined) {
			yield begin;
			return;
		}
		const end = Number(last['place']);
		yield sql`${begin} AND ${rowid} <= ${param(end)}`;
		after = end;
		await nextTurn();
	}
}
