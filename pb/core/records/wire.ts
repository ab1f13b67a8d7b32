import type { Row } from '../../store/index.ts';
import type { Collection } from '../collections/types.ts';
import { createData } from './data.ts';
import type { RecordNode } from './expand-tree.ts';
import { columnOf, valueIn } from './row.ts';
import type { Column } from './row.ts';

/** A record as it stands in an answer; keys in alphabetical order. */
export type WireRecord = Readonly<Record<string, unknown>>;

interface Entry {
	readonly key: string;
	readonly from: 'field' | 'email' | 'password' | 'collectionId' | 'collectionName' | 'expand';
	readonly hidden: boolean;
	/** Of a field. */
	readonly column: Column | undefined;
}

const plans = new WeakMap<Collection, readonly Entry[]>();

/** Sorted once per collection: sorting the keys of each record again costs more than all the rest. */
function planOf(collection: Collection): readonly Entry[] {
	let plan = plans.get(collection);
	if (!plan) {
		const entries: Entry[] = [
			{ key: 'collectionId', from: 'collectionId', hidden: false, column: undefined },
			{ key: 'collectionName', from: 'collectionName', hidden: false, column: undefined },
			{ key: 'expand', from: 'expand', hidden: false, column: undefined },
		];
		for (const field of collection.fields) {
			// Never leave, whoever asks (core/record_model.go PublicExport).
			if (collection.type === 'auth' && (field.name === 'password' || field.name === 'tokenKey'))
				continue;
			const isEmail = collection.type === 'auth' && field.name === 'email';
			entries.push({
				key: field.name,
				from: isEmail ? 'email' : field.type === 'password' ? 'password' : 'field',
				hidden: field.hidden,
				column: columnOf(collection, field.name),
			});
		}
		plan = entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
		plans.set(collection, plan);
	}
	return plan;
}

/** The public form of a record and of everything expanded below it. */
export function toWire(node: RecordNode): WireRecord {
	const { collection, data } = node.record;
	const wire = createData();
	for (const { key, from, hidden } of planOf(collection)) {
		if (hidden && !node.showHidden) continue;
		switch (from) {
			case 'field':
				wire[key] = data[key];
				break;
			case 'email':
				if (node.showEmail || data['emailVisibility'] === true) wire[key] = data[key];
				break;
			case 'password':
				// Of a password only what was just typed could be shown, and that is gone.
				wire[key] = '';
				break;
			case 'collectionId':
				wire[key] = collection.id;
				break;
			case 'collectionName':
				wire[key] = collection.name;
				break;
			case 'expand':
				if (node.expand) wire[key] = wireExpand(node.expand);
				break;
		}
	}
	return wire;
}

/** `toWire` of a row of `columnsOf`, with nothing expanded, where no value depends on who asks: of no auth collection. */
export function rowToWire(collection: Collection, row: Row, showHidden: boolean): WireRecord {
	const wire = createData();
	for (const { key, from, hidden, column } of planOf(collection)) {
		if (hidden && !showHidden) continue;
		if (from === 'collectionId') wire[key] = collection.id;
		else if (from === 'collectionName') wire[key] = collection.name;
		else if (from === 'password') wire[key] = '';
		else if (column) wire[key] = valueIn(row, column);
	}
	return wire;
}

function wireExpand(expand: ReadonlyMap<string, RecordNode | RecordNode[]>): WireRecord {
	const wire = createData();
	for (const key of [...expand.keys()].sort()) {
		const found = expand.get(key);
		if (found) wire[key] = Array.isArray(found) ? found.map(toWire) : toWire(found);
	}
	return wire;
}
