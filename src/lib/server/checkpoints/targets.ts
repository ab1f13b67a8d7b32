import type { CheckpointPart } from '#lib/contracts/index.ts';
import { ruleNames, type PlainCollection } from '../schema/index.ts';

type Collections = readonly PlainCollection[];

/** What a restore makes of the collections: those of the checkpoint, only their rules, or what is there. */
export function targetSchema(
	now: Collections,
	then: Collections,
	parts: readonly CheckpointPart[],
): Collections {
	if (parts.includes('schema')) return then;
	return parts.includes('rules') ? withRules(now, then) : now;
}

/** The collections of the first list with the rules of the second, where both have them. */
export function withRules(collections: Collections, rulesOf: Collections): Collections {
	const other = new Map(rulesOf.map((collection) => [collection.id, collection]));
	return collections.map((collection) => {
		const rules = other.get(collection.id);
		if (!rules) return collection;
		return {
			...collection,
			...Object.fromEntries(ruleNames.map((name) => [name, rules[name]])),
		};
	});
}

/** Equal for schemas that differ in nothing but times and order. */
export function fingerprint(collections: Collections): string {
	const plain = collections.map((each) => ({ ...each, created: null, updated: null }));
	return JSON.stringify(plain.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/** One collection of the app before and after a restore, found by its id; at least one of the two is there. */
export interface Table {
	readonly id: string;
	readonly now: PlainCollection | undefined;
	readonly target: PlainCollection | undefined;
}

/** All collections that keep rows. */
export function tablesOf(now: Collections, target: Collections): readonly Table[] {
	const keepsRows = ({ type }: PlainCollection): boolean => type !== 'view';
	const byId = (list: Collections): Map<string, PlainCollection> =>
		new Map(list.filter(keepsRows).map((each) => [each.id ?? each.name, each]));
	const before = byId(now);
	const after = byId(target);
	return [...new Set([...after.keys(), ...before.keys()])].map((id) => ({
		id,
		now: before.get(id),
		target: after.get(id),
	}));
}
