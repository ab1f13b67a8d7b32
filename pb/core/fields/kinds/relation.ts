import { ident, join, param, sql } from '../../../sql/index.ts';
import { castNumber, castStringList } from '../cast.ts';
import { atLeast, collectIssues, issue, rangeIssue, requiredIssue } from '../issues.ts';
import type { DefinitionContext, FieldIssue, FieldKind } from '../kind.ts';
import type { RelationField } from '../types.ts';
import { stringList } from './string-list.ts';

export const relationKind: FieldKind<'relation'> = {
	...stringList,
	type: 'relation',
	async validate(field, raw, { catalog, reader }) {
		const ids = castStringList(raw);
		if (ids.length === 0) return field.required ? requiredIssue() : undefined;
		if (field.minSelect > 0 && ids.length < field.minSelect)
			return issue('validation_not_enough_values', 'Select at least {minSelect}', {
				minSelect: field.minSelect,
			});
		const maxSelect = Math.max(field.maxSelect, 1);
		if (ids.length > maxSelect)
			return issue('validation_too_many_values', 'Select no more than {maxSelect}', { maxSelect });
		const target = catalog.find(field.collectionId);
		if (target === undefined)
			return issue(
				'validation_missing_rel_collection',
				'Relation connection is missing or cannot be accessed',
			);
		const list = join(ids.map(param), ', ');
		const row = await reader.get(
			sql`SELECT count(*) AS ${ident('total')} FROM ${ident(target.name)} WHERE ${ident('id')} IN (${list})`,
		);
		return castNumber(row?.['total']) === ids.length
			? undefined
			: issue(
					'validation_missing_rel_records',
					'Failed to find all relation records with the provided ids',
				);
	},
	parse: (common, options) => ({
		...common,
		type: 'relation',
		collectionId: options.string('collectionId'),
		cascadeDelete: options.bool('cascadeDelete'),
		minSelect: options.int('minSelect'),
		maxSelect: options.int('maxSelect'),
		required: options.bool('required'),
	}),
	check: (field, context) =>
		collectIssues({
			collectionId: field.collectionId === '' ? requiredIssue() : targetIssue(field, context),
			minSelect: rangeIssue(field.minSelect, 0),
			maxSelect:
				field.minSelect > 0 && field.maxSelect === 0
					? requiredIssue()
					: field.maxSelect !== 0 && field.maxSelect < field.minSelect
						? atLeast(field.minSelect)
						: undefined,
		}),
};

function targetIssue(
	field: RelationField,
	{ collection, original, catalog }: DefinitionContext,
): FieldIssue | undefined {
	const old = original?.fields.find((candidate) => candidate.id === field.id);
	if (old?.type === 'relation' && old.collectionId !== field.collectionId)
		return issue('validation_field_relation_change', 'The relation collection cannot be changed.');
	const target = catalog.find(field.collectionId);
	if (target?.id !== field.collectionId)
		return issue(
			'validation_field_relation_missing_collection',
			"The relation collection doesn't exist.",
		);
	return collection.type !== 'view' && target.type === 'view'
		? issue(
				'validation_relation_field_non_view_base_collection',
				'Only view collections are allowed to have relations to other views.',
			)
		: undefined;
}
