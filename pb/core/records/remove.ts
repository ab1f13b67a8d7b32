import type { Reader, Transaction } from '../../store/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { ApiError, badRequest, notFound } from '../errors.ts';
import type { RequestInfo } from '../request-info.ts';
import { RuleError } from '../rules/index.ts';
import type { CompiledRules } from '../rules/index.ts';
import { compileRule, findAllowed } from './access.ts';
import type { WriteOptions } from './create.ts';
import { deleteFailure, deleteRecordTree, isQuickDelete } from './delete-tree.ts';
import { checkWritable } from './gate.ts';
import type { StoredRecord } from './record.ts';

/**
 * Deletes a record as a request asks for it, with all that hangs on it.
 * @throws ApiError 404 when there is no such record or the rule is not passed, 400 when a required relation keeps it,
 * 403 when only superusers may delete.
 */
export async function deleteRecord(
	core: Core,
	collection: Collection,
	info: RequestInfo,
	id: string,
	options: WriteOptions = {},
): Promise<void> {
	checkWritable(collection, collection.deleteRule, info);
	const compiled = compile(core, collection, info);
	const find = async (reader: Reader | undefined): Promise<StoredRecord> => {
		const found = await findAllowed(core, collection, id, compiled, {
			reader,
			signal: options.signal,
		});
		if (!found) throw notFound();
		return found;
	};
	const remove = async (tx: Transaction, record: StoredRecord): Promise<void> => {
		try {
			await deleteRecordTree(core, tx, record);
		} catch (error) {
			throw error instanceof ApiError ? error : badRequest(deleteFailure, undefined, error);
		}
	};
	if (options.tx) return remove(options.tx, await find(options.tx));
	if (compiled?.cost === 'scan') {
		// Whether it exists is asked again inside; what a rule that reads whole tables says holds for this moment.
		await find(undefined);
		return core.store.write(async (tx) => {
			const record = await findAllowed(core, collection, id, undefined, { reader: tx });
			if (!record) throw notFound();
			await remove(tx, record);
		});
	}
	return core.store.write(async (tx) => remove(tx, await find(tx)), {
		mayShare: isQuickDelete(core, collection),
	});
}

function compile(core: Core, collection: Collection, info: RequestInfo): CompiledRules | undefined {
	try {
		return compileRule(core, collection, collection.deleteRule ?? '', info);
	} catch (error) {
		if (error instanceof RuleError) throw notFound('', error);
		throw error;
	}
}
