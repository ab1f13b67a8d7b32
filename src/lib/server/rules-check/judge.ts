import type { AccessIntent, RuleAction, Surprise, SurpriseCode } from '#lib/contracts/index.ts';
import type { PlainCollection } from '../schema/index.ts';
import { isPrivateField } from './ownership.ts';
import type { Probed, Sighting, Trial } from './probed.ts';
import type { Identity, StateRow } from './types.ts';

type Raised = Omit<Surprise, 'level' | 'collection'> & { readonly probed: Probed };

const ruleOf = (collection: PlainCollection, action: RuleAction): string | null =>
	action === 'file' ? collection.viewRule : collection[`${action}Rule`];

/** Who stands in a sentence. */
const nameOf = (as: Identity): string =>
	as.kind === 'visitor' ? 'Anybody' : as.label === 'B' ? 'Any signed-in person' : as.label;

const isStranger = ({ as }: Trial): boolean => as.kind === 'visitor';
/** An ordinary person at somebody else's record. */
const isOther = ({ as, row }: Trial): boolean =>
	as.kind === 'person' && as.label === 'B' && row?.owner === 'A';

/**
 * Compares what was possible with what was meant: what a person has confirmed, else what is usual
 * (strangers and others neither change nor delete, nobody makes records in another's name, accounts and their
 * addresses are not listed, one door is not wider than another). See the decision page for each kind.
 */
export function judge(
	all: readonly Probed[],
	sightings: readonly Sighting[],
	intents: readonly AccessIntent[],
): Surprise[] {
	const raised = [
		...all.flatMap((probed) => [...writing(probed), ...files(probed), ...unreachable(probed)]),
		...all.flatMap((probed) => beyond(probed, intents)),
		...reading(all, sightings),
	];
	const seen = new Set<string>();
	return raised.flatMap(({ probed, ...surprise }) => {
		const collection = probed.collection;
		const key = `${surprise.code} ${collection.name} ${surprise.text}`;
		if (seen.has(key)) return [];
		seen.add(key);
		return [
			{
				...surprise,
				level: levelOf(surprise.code, collection, surprise.action, intents),
				collection: collection.name,
			},
		];
	});
}

function levelOf(
	code: SurpriseCode,
	collection: PlainCollection,
	action: RuleAction,
	intents: readonly AccessIntent[],
): Surprise['level'] {
	if (code === 'note' || code === 'never') return 'note';
	if (code === 'beyond_intent') return 'fail';
	const intent = intentOf(intents, collection, action);
	const isAgreed =
		intent?.audience === 'everyone' ||
		(intent?.audience === 'rule' && intent.rule === ruleOf(collection, action));
	return isAgreed ? 'agreed' : 'fail';
}

const intentOf = (
	intents: readonly AccessIntent[],
	collection: PlainCollection,
	action: RuleAction,
): AccessIntent | undefined =>
	intents.find((each) => each.collection === collection.id && each.action === action);

function writing(probed: Probed): Raised[] {
	const { collection, owner } = probed;
	const { name } = collection;
	const found: Raised[] = [];
	const raise = (code: SurpriseCode, action: RuleAction, text: string, { request }: Trial): void =>
		void found.push({ code, action, text, request, probed });
	const owned = owner !== undefined || collection.type === 'auth';
	for (const action of ['update', 'delete'] as const) {
		const verb = action === 'update' ? 'change' : 'delete';
		const doing = probed[action].filter(({ allowed }) => allowed);
		const open = doing.find((trial) => isStranger(trial) && trial.only === undefined);
		if (open) raise(`open_${action}`, action, `Anybody can ${verb} ${name}.`, open);
		const other = doing.find((trial) => isOther(trial) && trial.only === undefined);
		const whose = collection.type === 'auth' ? "another person's account in" : "another person's";
		const isToAll = doing.some((trial) => isStranger(trial) && trial.row?.owner === 'A');
		if (other && !isToAll && owned)
			raise(`other_${action}`, action, `Any signed-in person can ${verb} ${whose} ${name}.`, other);
		const narrow = doing.find(
			(trial) => (isStranger(trial) || isOther(trial)) && trial.only !== undefined,
		);
		if (narrow && !open && !other) {
			const fields = narrow.only?.join(', ') ?? '';
			raise('note', action, `${nameOf(narrow.as)} can change only ${fields} of ${name}.`, narrow);
		}
	}
	const forged = probed.forged[0];
	if (forged && owner) {
		const text = `${nameOf(forged.as)} can add ${name} with another person as "${owner.name}".`;
		raise('owner_forged', 'create', text, forged);
	}
	const moved = probed.moved[0];
	if (moved && owner) {
		const text = `The owner of ${name} can write another person into "${owner.name}".`;
		raise('owner_moved', 'update', text, moved);
	}
	for (const promoted of probed.promoted) {
		const action = promoted.as.kind === 'visitor' ? 'create' : 'update';
		const text = `People can give themselves "${promoted.field}" in ${name}, which rules ask for.`;
		raise('self_promotion', action, text, promoted);
	}
	return found;
}

function files(probed: Probed): Raised[] {
	const { collection } = probed;
	const { name } = collection;
	// A picture of oneself is made to be shown.
	const isShown = (fieldName: string): boolean =>
		collection.type === 'auth' &&
		collection.fields.some((field) => field.name === fieldName && !isPrivateField(field));
	const open = probed.files.find(
		({ as, row, allowed, only = [] }) =>
			allowed &&
			!only.some(isShown) &&
			!(as.kind === 'person' && as.label === row?.owner) &&
			!may(probed.view, as, row) &&
			!may(probed.list, as, row),
	);
	if (!open) return [];
	const field = open.only?.[0] ?? '';
	const text = `${nameOf(open.as)} who knows the address gets the file in "${field}" of ${name} and may not see the record.`;
	return [{ code: 'file_url', action: 'file', text, request: open.request, probed }];
}

const keyOf = (as: Identity): string => (as.kind === 'person' ? as.id : as.kind);
const may = (trials: readonly Trial[], as: Identity, row: StateRow | undefined): boolean =>
	trials.some(
		(trial) => trial.allowed && trial.row?.id === row?.id && keyOf(trial.as) === keyOf(as),
	);

/** A rule that is there for somebody, and lets nobody in. */
function unreachable(probed: Probed): Raised[] {
	return (['list', 'view', 'create', 'update', 'delete'] as const).flatMap((action): Raised[] => {
		const rule = ruleOf(probed.collection, action);
		const tried = probed[action].filter(({ as }) => as.kind !== 'superuser');
		const last = tried.at(-1);
		if (rule === null || rule === '' || !last || tried.some(({ allowed }) => allowed)) return [];
		const text = `In none of the states tried does anybody meet the ${action} rule of ${probed.collection.name}.`;
		return [{ code: 'never', action, text, request: last.request, probed }];
	});
}

/** More than what a person has said should be possible. */
function beyond(probed: Probed, intents: readonly AccessIntent[]): Raised[] {
	return (['list', 'view', 'create', 'update', 'delete'] as const).flatMap((action): Raised[] => {
		const intent = intentOf(intents, probed.collection, action);
		if (!intent || intent.audience === 'everyone' || intent.audience === 'rule') return [];
		const tooMuch = probed[action].find(
			(trial) =>
				trial.allowed &&
				trial.as.kind !== 'superuser' &&
				(intent.audience === 'nobody' ||
					isStranger(trial) ||
					(intent.audience === 'owner' && isOther(trial))),
		);
		if (!tooMuch) return [];
		const wanted = {
			nobody: 'nobody',
			owner: 'only the owner',
			users: 'only signed-in people',
		}[intent.audience];
		const text = `${nameOf(tooMuch.as)} can ${action} ${probed.collection.name}; ${wanted} should.`;
		return [{ code: 'beyond_intent', action, text, request: tooMuch.request, probed }];
	});
}

function reading(all: readonly Probed[], sightings: readonly Sighting[]): Raised[] {
	const byId = new Map(all.map((probed) => [probed.collection.id ?? '', probed]));
	return sightings.flatMap((sighting): Raised[] => {
		const probed = byId.get(sighting.row.collection);
		if (!probed || sighting.as.kind === 'superuser') return [];
		return seen(probed, sighting, all).map((raised) => ({
			...raised,
			request: sighting.request,
			probed,
		}));
	});
}

function seen(
	probed: Probed,
	{ as, row, field: fieldName, through, door }: Sighting,
	all: readonly Probed[],
): Omit<Raised, 'probed' | 'request'>[] {
	const { collection } = probed;
	const { name } = collection;
	const field = collection.fields.find((each) => each.name === fieldName);
	const who = nameOf(as);
	if (field?.['hidden'] === true) {
		const text = `${who} sees the hidden field "${fieldName}" of ${name}.`;
		return [{ code: 'hidden_leak', action: 'view', text }];
	}
	const isSelf = as.kind === 'person' && (as.id === row.id || as.label === row.owner);
	const isSpecial = as.kind === 'person' && as.special;
	const source = all.find((each) => each.collection.name === through);
	if (source && source !== probed && source.collection.type === 'view') {
		if (isSelf || may(probed.list, as, row) || may(probed.view, as, row)) return [];
		const text = `${who} reads "${fieldName}" of ${name} through ${through}, and may not open ${name}.`;
		return [{ code: 'view_leak', action: 'view', text }];
	}
	if (isSelf || isSpecial || field === undefined) return [];
	const action = door === 'list' || door === 'realtime' ? 'list' : 'view';
	if (collection.type === 'auth') return account(probed, sightingOf(as, door, field.name), action);
	const lists = may(probed.list, as, row);
	const views = may(probed.view, as, row);
	switch (door) {
		case 'list': {
			if (views || collection.viewRule === null) return [];
			const text = `${who} gets ${name} in the list that they may not open singly.`;
			return [{ code: 'list_leak', action: 'list', text }];
		}
		case 'realtime': {
			if (lists && (views || collection.viewRule === null)) return [];
			const text = `${who} is told of changes of ${name} that they may not open.`;
			return [{ code: 'realtime_leak', action: 'list', text }];
		}
		case 'expand': {
			if (lists) return [];
			const text = `${who} gets ${name} through "expand" of ${through}, and may not list them.`;
			return [{ code: 'expand_leak', action: 'view', text }];
		}
		case 'view':
			return [];
	}
}

interface AccountSighting {
	readonly as: Identity;
	readonly door: Sighting['door'];
	readonly field: string;
}
const sightingOf = (as: Identity, door: Sighting['door'], field: string): AccountSighting => ({
	as,
	door,
	field,
});

/** Somebody else's account was seen. */
function account(
	{ collection }: Probed,
	{ as, door, field: fieldName }: AccountSighting,
	action: RuleAction,
): Omit<Raised, 'probed' | 'request'>[] {
	const { name } = collection;
	const who = nameOf(as);
	const found: Omit<Raised, 'probed' | 'request'>[] = [];
	if (fieldName === 'email')
		found.push({
			code: 'email_leak',
			action,
			text: `${who} can read e-mail addresses of ${name}.`,
		});
	if (door === 'list' && as.kind === 'visitor')
		found.push({ code: 'auth_listing', action, text: `Anybody can list the accounts in ${name}.` });
	const field = collection.fields.find((each) => each.name === fieldName);
	if (field && isPrivateField(field)) {
		const code = door === 'expand' ? 'expand_leak' : 'auth_fields';
		const how = door === 'expand' ? ' through "expand"' : '';
		found.push({ code, action, text: `${who} can read "${fieldName}" of ${name}${how}.` });
	}
	return found;
}
