import type { DataOutline } from '#lib/contracts/index.ts';
import type { PlainCollection } from '../schema/index.ts';
import { reachable, shownFields } from './collections.ts';
import { recordType } from './fields.ts';

/** What an editor offers of the collections: names, and the fields of a record with their types. */
export const clientOutline = (collections: readonly PlainCollection[]): DataOutline =>
	reachable(collections).map((collection) => ({
		name: collection.name,
		fields: [
			...(collection.fields.some(({ name }) => name === 'id')
				? []
				: [{ name: 'id', type: 'string' }]),
			...shownFields(collection).map((field) => ({ name: field.name, type: recordType(field) })),
		],
	}));
