import { ident, join, seq, slot, sql, text } from '../../sql/index.ts';
import type { SqlNode, SqlValue } from '../../sql/index.ts';
import type { Collection, Rule } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { badRequest, forbidden } from '../errors.ts';
import { kindOf, PasswordValue } from '../fields/index.ts';
import type { RequestInfo } from '../request-info.ts';
import type { CompiledRules } from '../rules/index.ts';
import { andWhere, readAll } from './access.ts';
import type { ReadOptions } from './access.ts';
import { isSuperuser } from './data.ts';
import type { Draft } from './draft.ts';
import { planList } from './list-rules.ts';
import type { ListRules } from './list-rules.ts';

/**
 * What can be refused before the body of a write is read.
 * @throws ApiError 400 for a view, 403 when only superusers may do this.
 */
export function checkWritable(collection: Collection, rule: Rule, info: RequestInfo): void {
	if (collection.type === 'view') throw badRequest('Unsupported collection type.');
	checkOpen(rule, info);
}

/** @throws ApiError 403 when only superusers may do what the rule is for. */
export function checkOpen(rule: Rule, info: RequestInfo): void {
	if (rule === null && !isSuperuser(info))
		throw forbidden('Only superusers can perform this action.');
}

/** The manage rule, when it could give this request rights over others; it never applies to guests. */
export function manageRuleFor(collection: Collection, info: RequestInfo): string | undefined {
	if (collection.type !== 'auth' || !info.auth || info.auth.isSuperuser) return undefined;
	const rule = collection.auth.manageRule;
	return rule === null || rule === '' ? undefined : rule;
}

/**
 * What `compile` makes of the manage rule; a broken one gives no rights and is logged.
 * @returns undefined when the rule gives this request nothing
 */
export function compileManageRule<T>(
	core: Core,
	collection: Collection,
	info: RequestInfo,
	compile: (rule: string) => T | undefined,
): T | undefined {
	const rule = manageRuleFor(collection, info);
	if (rule === undefined) return undefined;
	try {
		return compile(rule);
	} catch (error) {
		core.log.write(8, 'invalid manage rule', { collection: collection.name, error: String(error) });
		return undefined;
	}
}

/** Name under which the row stands that a create would make. */
const wouldBeName = (collection: Collection): string => `${collection.name}__pb_create__`;

/** Plans a rule for the row that a create would make. @throws RuleError */
export const planRowRule = (
	core: Core,
	collection: Collection,
	rule: string,
	info: RequestInfo,
): ListRules | undefined =>
	rule === '' || isSuperuser(info)
		? undefined
		: planList(core, collection, info, { rule, source: wouldBeName(collection) });

/** Whether the row a draft would make passes a rule: it is read from a `WITH`, nothing is written. */
export async function passesAsRow(
	core: Core,
	draft: Draft,
	rules: ListRules,
	options: ReadOptions,
): Promise<boolean> {
	const values: Record<string, SqlValue> = {};
	for (const [at, field] of draft.collection.fields.entries())
		values[slotOf(at)] = wouldBeValue(draft, field);
	const query = rules.statement('would-be row', selectWouldBe, values);
	const rows = await readAll(core, query, rules.compiled.cost, options);
	return rows.length > 0;
}

/** Slot of the value of a collection's nth field. */
const slotOf = (at: number): string => `would-be ${at}`;

function selectWouldBe(collection: Collection, compiled: CompiledRules): SqlNode {
	const name = wouldBeName(collection);
	const columns = collection.fields.map(
		(field, at) => sql`${slot(slotOf(at))} AS ${ident(field.name)}`,
	);
	return seq(
		sql`WITH ${ident(name)} AS (SELECT ${join(columns, ', ')}) SELECT 1 AS found FROM `,
		sourceAs(name, compiled.alias),
		text(' '),
		compiled.joins,
		text(' WHERE 1 = 1'),
		andWhere(compiled),
		text(' LIMIT 1'),
	);
}

const sourceAs = (name: string, alias: string): SqlNode =>
	alias === name ? ident(name) : sql`${ident(name)} AS ${ident(alias)}`;

function wouldBeValue(
	{ collection, data }: Draft,
	field: Draft['collection']['fields'][number],
): SqlValue {
	const value = data[field.name];
	if (field.name === 'id' && value === '') return '__temp_id__';
	// Otherwise whoever signs up could claim to be verified and pass rules that trust it.
	if (collection.type === 'auth' && field.name === 'verified') return 0;
	// Hashed only once the rule has been passed; a rule can tell an empty password from a set one.
	if (value instanceof PasswordValue && value.plain !== '' && value.hash === '') return '$2a$';
	return kindOf(field).toColumn(field, value);
}
