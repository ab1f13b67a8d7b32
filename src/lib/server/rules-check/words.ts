import { ownerField } from './ownership.ts';
import type { Probed, Trial } from './probed.ts';
import type { PlainCollection } from '../schema/index.ts';

const verbs = {
	list: 'see the list of',
	view: 'open single',
	create: 'add',
	update: 'change',
	delete: 'delete',
} as const;

/** Who could do what in the states that were tried: `Anybody can see the list of posts.` */
export function wordsOf(probed: Probed, collections: readonly PlainCollection[]): string[] {
	const owner = ownerField(probed.collection, collections);
	return (Object.keys(verbs) as (keyof typeof verbs)[]).flatMap((action) => {
		if (probed.collection.type === 'view' && action !== 'list') return [];
		const who = audienceOf(probed[action], owner !== undefined, probed.collection.type === 'auth');
		return [`${who} can ${verbs[action]} ${probed.collection.name}.`];
	});
}

function audienceOf(all: readonly Trial[], owned: boolean, account: boolean): string {
	const trials = all.filter(({ as }) => as.kind !== 'superuser');
	const by = (test: (trial: Trial) => boolean): Trial[] => trials.filter(test);
	const some = (list: readonly Trial[]): string | undefined =>
		list.every(({ allowed }) => !allowed)
			? undefined
			: list.every(({ allowed }) => allowed)
				? ''
				: ' (not each of them)';
	const visitor = some(by(({ as }) => as.kind === 'visitor'));
	if (visitor !== undefined) return `Anybody${visitor}`;
	const ordinary = by(({ as }) => as.kind === 'person' && !as.special);
	const others = some(
		ordinary.filter(({ as, row }) => row === undefined || as.label !== row.owner),
	);
	if (others !== undefined) return `Any signed-in person${others}`;
	const own = some(ordinary.filter(({ as, row }) => as.label === row?.owner));
	if (own !== undefined) return account ? 'Each person' : owned ? 'The owner' : 'Some people';
	const special = by(({ as, allowed }) => as.kind === 'person' && as.special && allowed)[0];
	return special ? capital(special.as.label) : 'Nobody';
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
