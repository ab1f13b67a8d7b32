import { ident, join, param, seq, sql, text } from '../../sql/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Collection, Rule } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { badRequest, forbidden } from '../errors.ts';
import { kindOf, PasswordValue } from '../fields/index.ts';
import type { RequestInfo } from '../request-info.ts';
import type { CompiledRules } from '../rules/index.ts';
import { andWhere, compileRule, readAll } from './access.ts';
import type { ReadOptions } from './access.ts';
import { isSuperuser } from './data.ts';
import type { Draft } from './draft.ts';

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

/** Compiles a manage rule; a broken one gives no rights and is logged. */
export function compileManageRule(
	core: Core,
	collection: Collection,
	info: RequestInfo,
	source?: string,
): CompiledRules | undefined {
	const rule = manageRuleFor(collection, info);
	if (rule === undefined) return undefined;
	try {
		return compileRule(core, collection, rule, info, source);
	} catch (error) {
		core.log.write(8, 'invalid manage rule', { collection: collection.name, error: String(error) });
		return undefined;
	}
}

/** Name under which the row stands that a create would make. */
export const wouldBeName = (collection: Collection): string => `${collection.name}__pb_create__`;

/** Whether the row a draft would make passes a condition: it is read from a `WITH`, nothing is written. */
export async function passesAsRow(
	core: Core,
	draft: Draft,
	compiled: CompiledRules,
	options: ReadOptions,
): Promise<boolean> {
	const name = wouldBeName(draft.collection);
	const columns = draft.collection.fields.map(
		(field) => sql`${param(wouldBeValue(draft, field))} AS ${ident(field.name)}`,
	);
	const query = seq(
		sql`WITH ${ident(name)} AS (SELECT ${join(columns, ', ')}) SELECT 1 AS found FROM `,
		sourceAs(name, compiled.alias),
		text(' '),
		compiled.joins,
		text(' WHERE 1 = 1'),
		andWhere(compiled),
		text(' LIMIT 1'),
	);
	const rows = await readAll(core, query, compiled.cost, options);
	return rows.length > 0;
}

const sourceAs = (name: string, alias: string): SqlNode =>
	alias === name ? ident(name) : sql`${ident(name)} AS ${ident(alias)}`;

function wouldBeValue({ collection, data }: Draft, field: Draft['collection']['fields'][number]) {
	const value = data[field.name];
	if (field.name === 'id' && value === '') return '__temp_id__';
	// Otherwise whoever signs up could claim to be verified and pass rules that trust it.
	if (collection.type === 'auth' && field.name === 'verified') return 0;
	// Hashed only once the rule has been passed; a rule can tell an empty password from a set one.
	if (value instanceof PasswordValue && value.plain !== '' && value.hash === '') return '$2a$';
	return kindOf(field).toColumn(field, value);
}
