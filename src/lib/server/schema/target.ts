import { crc32 } from 'node:zlib';
import type {
	CollectionPatch,
	CollectionRules,
	NewCollection,
	Problem,
	SchemaChange,
	SchemaField,
} from '#lib/contracts/index.ts';
import type { PlainCollection, PlainField, RuleName } from './collection.ts';

export interface Target {
	/** All collections as they are to be, system ones included; what is not here goes. */
	readonly collections: readonly PlainCollection[];
	/** What the change asks for that does not exist. */
	readonly problems: readonly Problem[];
}

/**
 * Applies a change to the collections as they are: update, then create, then delete (contracts/schema-change.ts).
 * Pure; whether the result is valid is the backend's to say.
 */
export function targetOf(current: readonly PlainCollection[], change: SchemaChange): Target {
	const problems: Problem[] = [];
	const miss = (code: string, message: string): void => void problems.push({ code, message });
	const collections = new Map(
		current.map((collection) => [collection.name.toLowerCase(), collection]),
	);

	for (const patch of change.update ?? []) {
		const old = collections.get(patch.name.toLowerCase());
		if (!old || old.system) miss('collection_unknown', `There is no collection "${patch.name}".`);
		else collections.set(patch.name.toLowerCase(), patched(old, patch, miss));
	}
	for (const fresh of change.create ?? []) {
		if (collections.has(fresh.name.toLowerCase())) {
			miss('collection_exists', `A collection "${fresh.name}" exists already; use update.`);
		} else collections.set(fresh.name.toLowerCase(), created(fresh));
	}
	for (const name of change.delete ?? []) {
		const old = collections.get(name.toLowerCase());
		if (!old || old.system) miss('collection_unknown', `There is no collection "${name}".`);
		else collections.delete(name.toLowerCase());
	}

	const ids = new Map(
		[...collections.values()].map((collection) => [
			collection.name,
			collection.id ?? newId(collection),
		]),
	);
	const linked = [...collections.values()].map((collection) => ({
		...collection,
		id: ids.get(collection.name) ?? newId(collection),
		fields: collection.fields.map((field) => link(field, collection.name, ids, miss)),
	}));
	return { collections: linked, problems };
}

type Miss = (code: string, message: string) => void;

function created(fresh: NewCollection): PlainCollection {
	return {
		name: fresh.name,
		type: fresh.type ?? 'base',
		fields: fresh.fields.map(plainField),
		indexes: (fresh.indexes ?? []).map((index) => indexText(fresh.name, index)),
		...{ listRule: null, viewRule: null, createRule: null, updateRule: null, deleteRule: null },
		...rulePatch(fresh.rules ?? {}),
	};
}

function patched(old: PlainCollection, patch: CollectionPatch, miss: Miss): PlainCollection {
	const name = patch.rename ?? old.name;
	const fields = new Map(old.fields.map((field) => [field.name, field]));
	const existing = (field: string): PlainField | undefined => {
		const found = fields.get(field);
		if (!found || found.system) miss('field_unknown', `"${old.name}" has no field "${field}".`);
		return found?.system ? undefined : found;
	};
	for (const { from, to } of patch.renameFields ?? []) {
		const field = existing(from);
		if (field) {
			fields.delete(from);
			fields.set(to, { ...field, name: to });
		}
	}
	for (const field of patch.changeFields ?? []) {
		const found = existing(field.name);
		if (!found) continue;
		if (found.type !== field.type) {
			miss(
				'field_type_fixed',
				`"${old.name}.${field.name}" is ${found.type}; a field's type cannot change. Add a new field.`,
			);
		} else fields.set(field.name, { ...found, ...plainField(field) });
	}
	for (const removed of patch.removeFields ?? []) if (existing(removed)) fields.delete(removed);
	for (const field of patch.addFields ?? []) {
		if (fields.has(field.name))
			miss('field_exists', `"${old.name}" has a field "${field.name}" already; use changeFields.`);
		else fields.set(field.name, plainField(field));
	}
	const gone = new Set(patch.removeFields ?? []);
	const added = (patch.addIndexes ?? []).map((index) => indexText(name, index));
	// One of the same fields takes the place of the old one: unique where that was not.
	const isReplaced = (index: string): boolean =>
		added.some((other) => nameOfIndex(other) === nameOfIndex(index));
	return {
		...old,
		name,
		fields: [...fields.values()],
		indexes: [
			...old.indexes.filter(
				(index) =>
					!isReplaced(index) && ![...gone].some((field) => index.includes('`' + field + '`')),
			),
			...added,
		],
		...rulePatch(patch.rules ?? {}),
	};
}

function rulePatch(rules: CollectionRules): Partial<Record<RuleName, string | null>> {
	const out: Partial<Record<RuleName, string | null>> = {};
	for (const action of ['list', 'view', 'create', 'update', 'delete'] as const) {
		const rule = rules[action];
		if (rule !== undefined) out[`${action}Rule`] = rule;
	}
	return out;
}

function plainField(field: SchemaField): PlainField {
	if (field.type === 'relation') {
		const { collection, ...rest } = field;
		return { ...rest, maxSelect: field.maxSelect ?? 1, collectionId: `name:${collection}` };
	}
	// A file that is not marked is readable by URL for everybody: not for what an agent makes (definitions.md 8).
	if (field.type === 'file') return { maxSelect: 1, protected: true, ...field };
	if (field.type === 'select') return { maxSelect: 1, ...field };
	if (field.type === 'autodate' && field.onCreate === undefined && field.onUpdate === undefined) {
		return { ...field, onCreate: true, onUpdate: field.name === 'updated' };
	}
	return { ...field };
}

/** Turns `name:posts` into the id of that collection, which the same change may create. */
function link(
	field: PlainField,
	collection: string,
	ids: ReadonlyMap<string, string>,
	miss: Miss,
): PlainField {
	const target = field['collectionId'];
	if (typeof target !== 'string' || !target.startsWith('name:')) return field;
	const wanted = target.slice(5);
	const id = [...ids].find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1];
	if (id === undefined)
		miss(
			'relation_unknown',
			`"${collection}.${field.name}" points to "${wanted}", which does not exist.`,
		);
	return { ...field, collectionId: id ?? '' };
}

const nameOfIndex = (index: string): string | undefined => /INDEX `([^`]+)`/.exec(index)?.[1];

function indexText(
	collection: string,
	index: { fields: readonly string[]; unique?: boolean | undefined },
): string {
	const name = `idx_${collection}_${index.fields.join('_')}`.slice(0, 60);
	const columns = index.fields.map((field) => '`' + field + '`').join(', ');
	return `CREATE ${index.unique === true ? 'UNIQUE ' : ''}INDEX \`${name}\` ON \`${collection}\` (${columns})`;
}

/** PocketBase's own derivation: `pbc_` + crc32 of type and name, decimal (core/collection_model.go). */
function newId(collection: PlainCollection): string {
	return `pbc_${String(crc32(Buffer.from(collection.type + collection.name)))}`;
}
