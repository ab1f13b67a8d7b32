import type { AuthCollection, Collection } from '../../../../pb/core/index.ts';
import { parseField } from '../../../../pb/core/fields/index.ts';

type FieldInput = { readonly name: string; readonly type: string } & Record<string, unknown>;

/** A base collection from short field definitions, as a test wants it. */
export function collectionOf(
	name: string,
	fields: readonly FieldInput[],
	more: Partial<Collection> = {},
): Collection {
	return {
		id: `pbc_${name}`,
		name,
		type: 'base',
		system: false,
		fields: [
			{
				name: 'id',
				type: 'text',
				primaryKey: true,
				required: true,
				min: 15,
				max: 15,
				pattern: '^[a-z0-9]+$',
				autogeneratePattern: '[a-z0-9]{15}',
			},
			...fields,
		].map((field) => parseField({ id: `f_${field.name}`, ...field })),
		indexes: [],
		listRule: '',
		viewRule: '',
		createRule: '',
		updateRule: '',
		deleteRule: '',
		created: '',
		updated: '',
		...more,
	} as Collection;
}

export const usersOf = (fields: readonly FieldInput[] = []): AuthCollection =>
	collectionOf(
		'users',
		[
			{ name: 'password', type: 'password', hidden: true, required: true, min: 8 },
			{ name: 'tokenKey', type: 'text', hidden: true, autogeneratePattern: '[a-z]{30}' },
			{ name: 'email', type: 'email' },
			{ name: 'emailVisibility', type: 'bool' },
			{ name: 'verified', type: 'bool' },
			...fields,
		],
		{ type: 'auth' },
	) as AuthCollection;
