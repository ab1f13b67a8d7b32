import type {
	CollectionPatch,
	CollectionRules,
	NewCollection,
	SchemaChange,
	SchemaField,
} from '#lib/contracts/index.ts';
import type { Solution } from './task.ts';

// Words that solutions are written in.

/** Everybody reads and makes; nobody changes or deletes. */
export const open = { list: '', view: '', create: '' } satisfies CollectionRules;
export const signedIn = '@request.auth.id != ""';
export const isMine = (field: string): string => `${signedIn} && ${field} = @request.auth.id`;
/** A new record is the maker's own. */
export const asMyself = (field: string): string => isMine(`@request.body.${field}`);
export const stays = (field: string): string => `@request.body.${field}:changed = false`;
/** List and view alike. */
export const read = (rule: string | null): CollectionRules => ({ list: rule, view: rule });

/** A record that only its owner reads, changes and deletes, and nobody gives away. */
export const ownerOnly = (field: string): CollectionRules => ({
	...read(isMine(field)),
	create: asMyself(field),
	update: `${isMine(field)} && ${stays(field)}`,
	delete: isMine(field),
});

export const text = (name: string, more: object = {}): SchemaField => ({
	name,
	type: 'text',
	max: 2000,
	...more,
});
export const number = (name: string, more: object = {}): SchemaField => ({
	name,
	type: 'number',
	...more,
});
export const bool = (name: string, more: object = {}): SchemaField => ({
	name,
	type: 'bool',
	...more,
});
export const choice = (
	name: string,
	values: readonly string[],
	more: object = {},
): SchemaField => ({
	name,
	type: 'select',
	values: [...values],
	maxSelect: 1,
	...more,
});
export const file = (name: string, more: object = {}): SchemaField => ({
	name,
	type: 'file',
	maxSelect: 1,
	...more,
});
export const created: SchemaField = { name: 'created', type: 'autodate', onCreate: true };

/** A required relation to one record. */
export const to = (name: string, collection: string, more: object = {}): SchemaField => ({
	name,
	type: 'relation',
	collection,
	maxSelect: 1,
	required: true,
	...more,
});
/** A relation to any number of people. */
export const people = (name: string): SchemaField =>
	to(name, 'users', { required: false, maxSelect: 999 });

export const one = (change: SchemaChange): Solution => ({ changes: [change] });
export const table = (
	name: string,
	fields: readonly SchemaField[],
	rules: CollectionRules,
	more: Partial<NewCollection> = {},
): NewCollection => ({ name, fields: [...fields], rules, ...more });
export const make = (...create: NewCollection[]): Solution => one({ create });
export const patch = (...update: CollectionPatch[]): Solution => one({ update });

/**
 * A field of people that rules ask for and nobody gives himself.
 * @param rules other rules than that
 */
export const privilege = (field: SchemaField, rules?: CollectionRules): CollectionPatch => ({
	name: 'users',
	addFields: [field],
	rules: rules ?? {
		create: `@request.body.${field.name}:isset = false`,
		update: `id = @request.auth.id && @request.body.${field.name}:isset = false`,
	},
});
