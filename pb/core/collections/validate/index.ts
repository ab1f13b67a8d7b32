import { sql } from '../../../sql/index.ts';
import { StoreError } from '../../../store/index.ts';
import {
	collectIssues,
	inIssue,
	issue,
	lengthIssue,
	matchIssue,
	mismatchIssue,
	nilIssue,
	requiredIssue,
	viaIssue,
} from '../../fields/index.ts';
import type { FieldIssue, FieldIssues } from '../../fields/index.ts';
import { toCollection } from '../draft.ts';
import type { Draft } from '../draft.ts';
import { hasTable } from '../session.ts';
import type { SchemaSession } from '../session.ts';
import type { Collection, Rule } from '../types.ts';
import { planView, sampleView } from '../views/dry-run.ts';
import type { ViewPlan } from '../views/dry-run.ts';
import { viewFieldsIfAny } from '../views/fields.ts';
import { checkAuthOptions } from './auth.ts';
import type { Examination } from './examination.ts';
import { checkFields } from './fields.ts';
import { checkIndexes } from './indexes.ts';
import { checkRuleText, systemRuleIssue } from './rules.ts';

/**
 * Checks a prepared draft (core/collection_validate.go). All members are checked, each reports its first failure.
 * The fields of a view are those of its query, whatever was submitted.
 * @param original The stored collection; undefined for a new one.
 * @returns Issues by member, nested; undefined when nothing is wrong.
 */
export async function validate(
	session: SchemaSession,
	submitted: Draft,
	original: Collection | undefined,
): Promise<FieldIssues | undefined> {
	const draft =
		submitted.type === 'view'
			? { ...submitted, fields: await viewFieldsIfAny(session, submitted.viewQuery) }
			: submitted;
	const examination: Examination = { session, draft, collection: toCollection(draft), original };
	const isView = draft.type === 'view';
	const rule = (
		name: 'listRule' | 'viewRule' | 'createRule' | 'updateRule' | 'deleteRule',
	): FieldIssue | undefined => {
		const text: Rule = draft[name];
		const isWrite = name !== 'listRule' && name !== 'viewRule';
		if (isView && isWrite && text !== null) return nilIssue();
		return checkRuleText(examination, text) ?? systemRuleIssue(original, text, original?.[name]);
	};
	const members = collectIssues({
		id: await idIssue(examination),
		system:
			original !== undefined && original.system !== draft.system
				? issue(
						'validation_collection_system_flag_change',
						'System collection state cannot be changed.',
					)
				: undefined,
		type: typeIssue(draft, original),
		name: await nameIssue(examination),
		fields: await checkFields(examination),
		listRule: rule('listRule'),
		viewRule: rule('viewRule'),
		createRule: rule('createRule'),
		updateRule: rule('updateRule'),
		deleteRule: rule('deleteRule'),
		indexes: await checkIndexes(examination),
	});
	const options = await checkOptions(examination);
	return members === undefined && options === undefined ? undefined : { ...members, ...options };
}

async function checkOptions(examination: Examination): Promise<FieldIssues | undefined> {
	switch (examination.draft.type) {
		case 'auth':
			return checkAuthOptions(examination);
		case 'view':
			return collectIssues({ viewQuery: await viewQueryIssue(examination) });
		default:
			return undefined;
	}
}

async function viewQueryIssue({ session, draft }: Examination): Promise<FieldIssue | undefined> {
	if (draft.viewQuery === '') return requiredIssue();
	try {
		const plan = await session.tx.savepoint(() => planView(session, draft.viewQuery));
		await checkSample(session, plan);
		return undefined;
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return issue('validation_invalid_view_query', `Invalid query - ${reason.slice(0, 500)}`);
	}
}

async function checkSample(session: SchemaSession, plan: ViewPlan): Promise<void> {
	try {
		await sampleView(session.deps.store, plan);
	} catch (error) {
		// Inside of the transaction the query has compiled: it reads tables that are not committed yet and so are new.
		if (!(error instanceof StoreError && error.code === 'invalid_query')) throw error;
	}
}

async function idIssue({ session, draft, original }: Examination): Promise<FieldIssue | undefined> {
	if (draft.id === '') return requiredIssue();
	if (original !== undefined) return draft.id === original.id ? undefined : mismatchIssue();
	const length = lengthIssue(draft.id, 1, 100);
	if (length !== undefined) return length;
	if (!/^\w+$/.test(draft.id)) return matchIssue();
	const row = await session.tx.get(sql`SELECT 1 FROM _collections WHERE id = ${draft.id} LIMIT 1`);
	return row === undefined
		? undefined
		: issue('validation_invalid_or_existing_id', 'The model id is invalid or already exists.');
}

function typeIssue(draft: Draft, original: Collection | undefined): FieldIssue | undefined {
	if (draft.type === '') return requiredIssue();
	if (draft.type !== 'base' && draft.type !== 'auth' && draft.type !== 'view') return inIssue();
	return original !== undefined && original.type !== draft.type
		? issue('validation_collection_type_change', 'Collection type cannot be changed.')
		: undefined;
}

async function nameIssue({
	session,
	draft,
	original,
}: Examination): Promise<FieldIssue | undefined> {
	const { name } = draft;
	if (name === '') return requiredIssue();
	const form =
		lengthIssue(name, 1, 255) ?? viaIssue(name) ?? (/^\w+$/.test(name) ? undefined : matchIssue());
	if (form !== undefined) return form;
	if (original?.system === true && name !== original.name)
		return issue(
			'validation_collection_system_name_change',
			'System collection name cannot be changed.',
		);
	const lower = name.toLowerCase();
	const others = session.catalog.all();
	const namesakes = others.filter((other) => other.name.toLowerCase() === lower);
	if (namesakes.some((other) => other.id !== original?.id))
		return issue(
			'validation_collection_name_exists',
			'Collection name must be unique (case insensitive).',
		);
	if (others.some((other) => other.id === name))
		return issue(
			'validation_collection_name_id_duplicate',
			'The name must not match an existing collection id.',
		);
	if (original?.name !== name && namesakes.length === 0 && (await hasTable(session.tx, name)))
		return issue(
			'validation_collection_name_invalid',
			"The name shouldn't match with an existing internal table.",
		);
	return undefined;
}
