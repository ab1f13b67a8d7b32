import type { AccessIntent, RulesReport } from '#lib/contracts/index.ts';
import { judge } from './judge.ts';
import { probeCollection } from './probe.ts';
import type { ProbeContext, Probed, Sighting } from './probed.ts';
import { buildStates, canaryPattern, type States } from './states.ts';
import type { Identity, RulesBench } from './types.ts';
import { wordsOf } from './words.ts';

export interface CheckLimits {
	/** Milliseconds after which what is left is not tried. */
	readonly ms: number;
	/** Collections that are tried, at most. */
	readonly collections: number;
}

const defaults: CheckLimits = { ms: 20_000, collections: 40 };

/**
 * Tries the rules of an app with real requests on a clone that holds nothing but records made up for it:
 * a visitor, two people A and B, people with what rules ask for, and a superuser, at each door of each collection.
 *
 * @param intents what a person has confirmed
 * @param now milliseconds
 */
export async function checkRules(
	bench: RulesBench,
	intents: readonly AccessIntent[],
	now: () => number,
	signal: AbortSignal,
	limits: CheckLimits = defaults,
): Promise<RulesReport> {
	const deadline = now() + limits.ms;
	const states = buildStates(bench.collections);
	const counting = { requests: 0 };
	const counted: RulesBench = {
		...bench,
		collections: bench.collections,
		send: (...request) => {
			counting.requests += 1;
			return bench.send(...request);
		},
	};
	const visitor: Identity = { kind: 'visitor', label: 'a visitor' };
	const identities: Identity[] = [
		visitor,
		...states.people,
		{ kind: 'superuser', label: 'a superuser' },
	];
	const sightings: Sighting[] = [];
	const present = await bench.fill(states.rows);
	const context: ProbeContext = {
		bench: counted,
		states,
		identities,
		present,
		reset: async () => {
			await bench.fill(states.rows);
		},
		saw: (sighting) => void sightings.push(sighting),
	};
	const tables = bench.collections.filter(({ system }) => system !== true);
	const probed: Probed[] = [];
	const left: string[] = [];
	for (const collection of tables) {
		if (signal.aborted || now() > deadline || probed.length >= limits.collections)
			left.push(collection.name);
		else probed.push(await probeCollection(collection, context));
	}
	const heard = left.length > 0 || (await listen(context, visitor, sightings));
	const incomplete = [
		...(left.length > 0 ? [`There was no time for ${left.join(', ')}.`] : []),
		...(heard ? [] : ['The event stream did not answer in time; subscriptions were not tried.']),
	].join(' ');
	return {
		collections: probed.map((each) => ({
			name: each.collection.name,
			lines: wordsOf(each, bench.collections),
		})),
		surprises: judge(probed, sightings, intents),
		sampled: {
			collections: probed.length,
			records: present.size,
			identities: identities.map(({ label }) => label),
			requests: counting.requests,
		},
		...(incomplete !== '' && { incomplete }),
	};
}

/** What a visitor, A and B are told when A's records change. @returns false when the stream did not answer */
async function listen(
	{ bench, states, present }: ProbeContext,
	visitor: Identity,
	sightings: Sighting[],
): Promise<boolean> {
	const tables = bench.collections.filter(({ system, type }) => system !== true && type !== 'view');
	const changes = tables.flatMap((table) => {
		const row = states.rows.find(
			({ collection, owner, id }) => collection === table.id && owner === 'A' && present.has(id),
		);
		return row ? [{ table, row }] : [];
	});
	const superuser: Identity = { kind: 'superuser', label: 'a superuser' };
	const listeners = [visitor, ...states.people.filter(({ special }) => !special)].slice(0, 5);
	const heard = await bench.listen(
		listeners,
		tables.map(({ name }) => `${name}/*`),
		async () => {
			for (const { table, row } of changes)
				await bench.send(
					superuser,
					'PATCH',
					`/api/collections/${table.name}/records/${row.id}`,
					{},
				);
		},
	);
	if (!heard) return false;
	for (const [index, events] of heard.entries()) {
		const as = listeners[index];
		if (as) for (const event of events) note(as, event, states, sightings);
	}
	return true;
}

function note(
	as: Identity,
	{ topic, text }: { readonly topic: string; readonly text: string },
	{ canaries }: States,
	sightings: Sighting[],
): void {
	const through = topic.split('/')[0] ?? '';
	const who = as.kind === 'visitor' ? 'a visitor' : as.label;
	for (const canary of new Set(text.match(canaryPattern) ?? [])) {
		const found = canaries.get(canary);
		if (!found) continue;
		const request = `SUBSCRIBE ${topic} as ${who} -> told of a record of ${found.row.owner}`;
		sightings.push({ as, ...found, through, door: 'realtime', request });
	}
}
