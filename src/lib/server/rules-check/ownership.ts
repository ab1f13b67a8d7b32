import type { PlainCollection, PlainField } from '../schema/index.ts';

/** A field that only ever holds one id of an auth collection of the app. */
export const isPersonField = (
	field: PlainField,
	collections: readonly PlainCollection[],
): boolean =>
	field.type === 'relation' &&
	collections.some(
		({ id, type, system }) =>
			type === 'auth' && system !== true && id !== undefined && id === field['collectionId'],
	);

const isSingle = (field: PlainField): boolean => Number(field['maxSelect'] ?? 1) <= 1;
const owners = /^(owner|author|user|creator|created_?by|account|sender|profile_?of|person|member)/i;
/** Somebody else than who made the record. */
const others = /^(assignee|assigned|recipient|receiver|to|reviewer|approver|invitee|target|liked)/i;

/**
 * The field that says whose record it is: a relation to one person, by its name or because it is the only one.
 * An account belongs to itself, which is not told by a field.
 */
export function ownerField(
	collection: PlainCollection,
	collections: readonly PlainCollection[],
): PlainField | undefined {
	if (collection.type !== 'base') return undefined;
	const people = collection.fields.filter(
		(field) => isPersonField(field, collections) && isSingle(field),
	);
	const named = people.find(({ name }) => owners.test(name));
	return named ?? people.find(({ name }) => !others.test(name));
}

/** Fields of an account that anybody may know: what people show of themselves. */
const profile =
	/^(id|name|username|nick(_?name)?|display_?name|handle|avatar|image|picture|photo|bio|about|colou?r|emoji|score|points|level|verified|created|updated|emailVisibility)$/i;

/** A field of an account that is nobody else's business. */
export const isPrivateField = (field: PlainField): boolean =>
	field['hidden'] !== true &&
	!['password', 'bool', 'select', 'relation', 'autodate'].includes(field.type) &&
	field.name !== 'email' &&
	field.name !== 'tokenKey' &&
	!profile.test(field.name);
