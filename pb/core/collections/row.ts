import { ident, join, param, sql } from '../../sql/index.ts';
import type { SqlValue } from '../../sql/index.ts';
import type { Row, Transaction } from '../../store/index.ts';
import {
	castBool,
	castString,
	DecodeError,
	fieldToWire,
	goJson,
	isObject,
} from '../fields/index.ts';
import { authOptionsToJson, blankAuthOptions, mergeAuthOptions } from './auth-options.ts';
import { parseFields } from './field-list.ts';
import type { Collection, Rule } from './types.ts';

const parse = (value: SqlValue | undefined, fallback: unknown): unknown => {
	const text = castString(value);
	return text.trim() === '' ? fallback : (JSON.parse(text) as unknown);
};

const rule = (value: SqlValue | undefined): Rule =>
	value === null || value === undefined ? null : castString(value);

/** A row of `_collections`; NULLs and keys that older versions did not write count as zero values. */
export function readCollection(row: Row): Collection {
	const options = parse(row['options'], {});
	const indexes = parse(row['indexes'], []);
	const common = {
		id: castString(row['id']),
		name: castString(row['name']),
		system: castBool(row['system']),
		fields: parseFields(parse(row['fields'], [])),
		indexes: Array.isArray(indexes) ? indexes.map(castString) : [],
		listRule: rule(row['listRule']),
		viewRule: rule(row['viewRule']),
		createRule: rule(row['createRule']),
		updateRule: rule(row['updateRule']),
		deleteRule: rule(row['deleteRule']),
		created: castString(row['created']),
		updated: castString(row['updated']),
	};
	if (!isObject(options)) throw new DecodeError(`collection ${common.name}: options are no object`);
	switch (castString(row['type'])) {
		case 'view':
			return { ...common, type: 'view', viewQuery: castString(options['viewQuery']) };
		case 'auth':
			return { ...common, type: 'auth', auth: mergeAuthOptions(blankAuthOptions, options) };
		default:
			return { ...common, type: 'base' };
	}
}

/** `fields` as stored: keys of each field sorted. */
export const fieldsToJson = (collection: Pick<Collection, 'fields'>): string =>
	goJson(collection.fields.map(fieldToWire));

function optionsToJson(collection: Collection): string {
	switch (collection.type) {
		case 'view':
			return goJson({ viewQuery: collection.viewQuery });
		case 'auth':
			return authOptionsToJson(collection.auth);
		case 'base':
			return '{}';
	}
}

function columns(collection: Collection): Readonly<Record<string, SqlValue>> {
	return {
		id: collection.id,
		system: collection.system ? 1 : 0,
		type: collection.type,
		name: collection.name,
		fields: fieldsToJson(collection),
		indexes: goJson(collection.indexes),
		listRule: collection.listRule,
		viewRule: collection.viewRule,
		createRule: collection.createRule,
		updateRule: collection.updateRule,
		deleteRule: collection.deleteRule,
		options: optionsToJson(collection),
		created: collection.created,
		updated: collection.updated,
	};
}

export async function insertCollection(tx: Transaction, collection: Collection): Promise<void> {
	const values = Object.entries(columns(collection));
	const names = join(
		values.map(([name]) => ident(name)),
		', ',
	);
	await tx.run(
		sql`INSERT INTO _collections (${names}) VALUES (${join(
			values.map(([, value]) => param(value)),
			', ',
		)})`,
	);
}

export async function updateCollectionRow(tx: Transaction, collection: Collection): Promise<void> {
	const sets = Object.entries(columns(collection)).map(
		([name, value]) => sql`${ident(name)} = ${value}`,
	);
	await tx.run(sql`UPDATE _collections SET ${join(sets, ', ')} WHERE id = ${collection.id}`);
}
