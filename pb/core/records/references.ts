import type { Reader } from '../../store/index.ts';
import { providerNames } from '../collections/providers.ts';
import type { Core } from '../core.ts';
import type { IssueTree } from '../errors.ts';
import { inIssue, issue, requiredIssue } from '../fields/index.ts';
import type { FieldIssue } from '../fields/index.ts';
import { textOf } from './data.ts';
import type { Draft } from './draft.ts';
import { findRecord } from './find.ts';

/** System collections whose records belong to one auth record, named by `collectionRef` and `recordRef`. */
export const referenceCollections: readonly string[] = [
	'_externalAuths',
	'_mfas',
	'_otps',
	'_authOrigins',
];

/** The first broken reference of a record of those collections. */
export async function referenceIssues(
	core: Core,
	draft: Draft,
	reader: Reader,
): Promise<IssueTree | undefined> {
	const { collection, data } = draft;
	if (!referenceCollections.includes(collection.name)) return undefined;
	const owner = core.catalog
		.all()
		.find((candidate) => candidate.id === textOf(data, 'collectionRef'));
	const collectionIssue = ownerIssue(textOf(data, 'collectionRef'), owner?.type);
	if (collectionIssue) return { collectionRef: collectionIssue };
	const recordId = textOf(data, 'recordRef');
	if (recordId === '') return { recordRef: requiredIssue() };
	if (!owner || !(await findRecord(core, owner, recordId, reader)))
		return { recordRef: issue('validation_invalid_record', 'Missing or invalid record.') };
	if (collection.name !== '_externalAuths') return undefined;
	const provider = textOf(data, 'provider');
	if (provider === '') return { provider: requiredIssue() };
	return providerNames.has(provider) ? undefined : { provider: inIssue() };
}

function ownerIssue(id: string, type: string | undefined): FieldIssue | undefined {
	if (id === '') return requiredIssue();
	if (type === undefined)
		return issue('validation_invalid_collection_id', 'Missing or invalid collection.');
	return type === 'auth'
		? undefined
		: issue('validation_invalid_collection_type', 'Invalid collection type - must be auth.');
}
