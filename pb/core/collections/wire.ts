import { fieldToWire } from '../fields/index.ts';
import { authOptionsToWire } from './auth-options.ts';
import type { Collection } from './types.ts';

/** A collection as answers show it, members in PocketBase's order; no secret in it. */
export function collectionToWire(collection: Collection): Readonly<Record<string, unknown>> {
	return {
		id: collection.id,
		listRule: collection.listRule,
		viewRule: collection.viewRule,
		createRule: collection.createRule,
		updateRule: collection.updateRule,
		deleteRule: collection.deleteRule,
		name: collection.name,
		type: collection.type,
		fields: collection.fields.map(fieldToWire),
		indexes: collection.indexes,
		created: collection.created,
		updated: collection.updated,
		system: collection.system,
		...options(collection),
	};
}

function options(collection: Collection): Readonly<Record<string, unknown>> {
	switch (collection.type) {
		case 'view':
			return { viewQuery: collection.viewQuery };
		case 'auth':
			return authOptionsToWire(collection.auth);
		case 'base':
			return {};
	}
}
