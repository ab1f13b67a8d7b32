import { likePattern, macroValue, patternSlot } from '../../filter/index.ts';
import { LruCache } from '../../lib/index.ts';
import { compileShape, type CompiledSql, type SqlNode, type SqlValue } from '../../sql/index.ts';
import type { SqlShape } from '../../sql/index.ts';
import type { Catalog } from '../collections/types.ts';
import type { AuthRecord } from '../records/record.ts';
import type { RequestInfo } from '../request-info.ts';
import { compileRules } from './compile.ts';
import { Later } from './later.ts';
import type { CompiledRules, RuleQuery } from './types.ts';

/** Slot of the signed-in record's id. */
const AUTH_ID = '@request.auth.id';
/**
 * Characters of the texts whose plans a catalog keeps: its own rules, and what clients filter and sort by. A plan takes
 * some hundred bytes for each, and anybody may send filters.
 */
const CHARACTERS = 100_000;
/** Longer texts are compiled each time rather than kept. */
const MAX_TEXT = 4096;

export interface PlanQuery extends Omit<RuleQuery, 'now'> {
	/** Asked only when a rule reads the time. */
	readonly now: () => Date;
}

/** null: the rules read more of the request than the facts. */
type Plans = LruCache<string, RulePlan | null>;

// A plan depends on the collections that its paths cross, so that it lives no longer than its catalog.
const known = new WeakMap<Catalog, Plans>();

/**
 * `compileRules`, remembered. A plan is made from nothing of a request but whether somebody is signed in, the auth
 * collection, the flags `verified` and `emailVisibility`, and whether it is a superuser. These make its key. The
 * id and the time are slots. All else is out of its reach when it is compiled, so that no request can get another's answer.
 * @returns `undefined` when the rules read more of the request (query, headers, body, method, …): then `compileRules`.
 * @throws {RuleError} as `compileRules`
 */
export function planRules(query: PlanQuery): RulePlan | undefined {
	const key = keyOf(query);
	if (key === undefined) return undefined;
	let plans = known.get(query.catalog);
	if (!plans) known.set(query.catalog, (plans = new LruCache(CHARACTERS, ({ length }) => length)));
	let plan = plans.get(key);
	if (plan === undefined) plans.set(key, (plan = makePlan(query)));
	return plan ?? undefined;
}

/** Collection, facts and texts, apart by NUL; `undefined` for what no plan is made for or is worth keeping. */
function keyOf(query: PlanQuery): string | undefined {
	const { catalog, collection, rules, filter = '', sort = '', source = '', byId = false } = query;
	const facts = factsOf(query);
	// A definition of before the last change of the schema.
	if (facts === undefined || catalog.find(collection.id) !== collection) return undefined;
	const parts = [collection.id, facts, byId ? 'id' : '', source, ...rules, '', filter, sort];
	const key = parts.join('\0');
	const isKept = key.length <= MAX_TEXT && !parts.some((part) => part.includes('\0'));
	return isKept ? key : undefined;
}

/** The key of a plan's facts; `undefined` when the request is none that plans are made for. */
function factsOf({ catalog, request: { auth } }: PlanQuery): string | undefined {
	if (!auth) return '';
	const { collection, data, isSuperuser } = auth;
	if (typeof data['id'] !== 'string' || data['id'] === '') return undefined;
	// A record that was read before the last change of the schema.
	if (catalog.find(collection.id) !== collection) return undefined;
	const verified = flags.indexOf(data['verified']);
	const emailVisibility = flags.indexOf(data['emailVisibility']);
	if (verified < 0 || emailVisibility < 0) return undefined;
	return `${verified}${emailVisibility}${Number(isSuperuser)}${collection.id}`;
}

const flags: readonly unknown[] = [false, true, undefined];

function makePlan(query: PlanQuery): RulePlan | null {
	const { auth } = query.request;
	const request = new KnownOfRequest(auth && knownOfAuth(auth));
	try {
		return new RulePlan(compileRules({ ...query, request, now: 'later' }));
	} catch (error) {
		if (error === UNKNOWN) return null;
		throw error;
	}
}

const UNKNOWN = new Error('a rule reads more of the request than its plan may know');
const unknown = (): never => {
	throw UNKNOWN;
};

/** A request of which only the facts are known. */
class KnownOfRequest implements RequestInfo {
	readonly auth: AuthRecord | undefined;

	constructor(auth: AuthRecord | undefined) {
		this.auth = auth;
	}

	get context(): RequestInfo['context'] {
		return unknown();
	}

	get method(): string {
		return unknown();
	}

	get headers(): RequestInfo['headers'] {
		return unknown();
	}

	get query(): RequestInfo['query'] {
		return unknown();
	}

	get body(): RequestInfo['body'] {
		return unknown();
	}
}

function knownOfAuth({ collection, data, isSuperuser }: AuthRecord): AuthRecord {
	const facts: Record<string, unknown> = { id: new Later(AUTH_ID) };
	for (const flag of ['verified', 'emailVisibility'])
		if (data[flag] !== undefined) facts[flag] = data[flag];
	Object.defineProperty(facts, 'email', { get: unknown });
	return { collection, data: facts, isSuperuser };
}

/**
 * Rules compiled for every request of one kind. The parts may hold slots, so that a statement made of them goes through
 * `statement`.
 */
export class RulePlan {
	readonly compiled: CompiledRules;
	readonly #shapes = new Map<string, SqlShape>();

	constructor(compiled: CompiledRules) {
		this.compiled = compiled;
	}

	/**
	 * A statement around the compiled parts, printed once for each `name`.
	 * @param build is given the parts; what it adds must not depend on the request but by slots of its own.
	 * @param values of those slots.
	 */
	statement(
		name: string,
		build: (compiled: CompiledRules) => SqlNode,
		query: PlanQuery,
		values: Readonly<Record<string, SqlValue>>,
	): CompiledSql {
		let shape = this.#shapes.get(name);
		if (!shape) this.#shapes.set(name, (shape = compileShape(build(this.compiled))));
		let now: Date | undefined;
		const all: Record<string, SqlValue> = { ...values };
		for (const slot of shape.slots)
			if (!Object.hasOwn(values, slot))
				all[slot] = valueOf(slot, query.request, () => (now ??= query.now()));
		return shape.bind(all);
	}
}

/** Value of a slot; one time for a whole statement. */
function valueOf(slot: string, request: RequestInfo, now: () => Date): SqlValue {
	if (slot === AUTH_ID) return String(request.auth?.data['id']);
	const suffix = patternSlot('');
	if (slot.endsWith(suffix))
		return likePattern(String(valueOf(slot.slice(0, -suffix.length), request, now)));
	const value = macroValue(slot, now());
	if (value === undefined) throw new Error(`no value for the slot "${slot}"`);
	return value;
}
