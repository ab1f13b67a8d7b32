import type { Random } from '../core.ts';
import { DecodeError, isObject, parseDateTime, readOptions } from '../fields/index.ts';
import type { Field } from '../fields/index.ts';
import { blankAuthOptions, defaultAuthOptions, mergeAuthOptions } from './auth-options.ts';
import { withDefaults } from './defaults.ts';
import { checksum, parseFields } from './field-list.ts';
import type { AuthOptions, Collection, Rule } from './types.ts';

/** A collection on its way to be saved; nothing is checked yet, not even the type. */
export interface Draft {
	readonly id: string;
	/** The id the server derived itself; another one is found when it is taken. */
	readonly derivedId: string;
	readonly name: string;
	readonly type: string;
	readonly system: boolean;
	readonly fields: readonly Field[];
	readonly indexes: readonly string[];
	readonly listRule: Rule;
	readonly viewRule: Rule;
	readonly createRule: Rule;
	readonly updateRule: Rule;
	readonly deleteRule: Rule;
	readonly created: string;
	readonly updated: string;
	readonly auth: AuthOptions;
	readonly viewQuery: string;
}

export const deriveId = (type: string, name: string): string => `pbc_${checksum(type + name)}`;

/** A blank collection of a type (unknown types count as base) with its default fields, indexes and options. */
export function newDraft(type: string, name: string, random: Random, id?: string): Draft {
	const known = type === 'auth' || type === 'view' ? type : 'base';
	const derivedId = id === undefined || id === '' ? deriveId(known, name) : '';
	return withDefaults({
		id: id === undefined || id === '' ? derivedId : id,
		derivedId,
		name,
		type: known,
		system: false,
		fields: [],
		indexes: [],
		listRule: null,
		viewRule: null,
		createRule: null,
		updateRule: null,
		deleteRule: null,
		created: '',
		updated: '',
		auth: known === 'auth' ? defaultAuthOptions(random) : blankAuthOptions,
		viewQuery: '',
	});
}

export const draftOf = (collection: Collection): Draft => ({
	...collection,
	derivedId: '',
	auth: collection.type === 'auth' ? collection.auth : blankAuthOptions,
	viewQuery: collection.type === 'view' ? collection.viewQuery : '',
});

/** The draft as a collection; an unknown type counts as base (it does not pass the checks). */
export function toCollection(draft: Draft): Collection {
	const { auth, viewQuery, derivedId: _derived, type, ...common } = draft;
	switch (type) {
		case 'auth':
			return { ...common, type, auth };
		case 'view':
			return { ...common, type, viewQuery };
		default:
			return { ...common, type: 'base' };
	}
}

/**
 * Applies submitted members: what is absent stays, objects merge deeply, lists are replaced.
 * @throws DecodeError for a value of the wrong type.
 */
export function applyPatch(draft: Draft, patch: unknown): Draft {
	if (!isObject(patch)) throw new DecodeError('a collection must be an object');
	const options = readOptions(patch);
	return {
		id: options.string('id', draft.id),
		derivedId: draft.derivedId,
		name: options.string('name', draft.name),
		type: options.string('type', draft.type),
		system: options.bool('system', draft.system),
		fields: options.has('fields') ? parseFields(patch['fields']) : draft.fields,
		indexes: options.has('indexes') ? (options.stringsOrNull('indexes') ?? []) : draft.indexes,
		listRule: options.stringOrNull('listRule', draft.listRule),
		viewRule: options.stringOrNull('viewRule', draft.viewRule),
		createRule: options.stringOrNull('createRule', draft.createRule),
		updateRule: options.stringOrNull('updateRule', draft.updateRule),
		deleteRule: options.stringOrNull('deleteRule', draft.deleteRule),
		created: parseDateTime(options.string('created', draft.created)),
		updated: parseDateTime(options.string('updated', draft.updated)),
		auth: mergeAuthOptions(draft.auth, patch),
		viewQuery: options.string('viewQuery', draft.viewQuery),
	};
}
