import type { Transaction } from '../../store/index.ts';
import type { Core } from '../core.ts';
import { fileValues, isMultiple, isUpload } from '../fields/index.ts';
import type { FileField } from '../fields/index.ts';
import type { UploadedFile } from '../files/types.ts';
import { namesOf } from './data.ts';
import type { Draft } from './draft.ts';
import { findRecord } from './find.ts';
import type { StoredRecord } from './record.ts';

const folderOf = (collectionId: string, recordId: string): string => `${collectionId}/${recordId}`;

/** A file of a record and the thumbs made of it. */
async function deleteFile(core: Core, folder: string, name: string): Promise<void> {
	// A name from a foreign writer of the database must not lead out of the record's folder.
	if (name === '' || /[/\\]/.test(name)) return;
	try {
		await core.files.delete(`${folder}/${name}`);
		await core.files.deletePrefix(`${folder}/thumbs_${name}/`);
	} catch (error) {
		core.log.write(4, 'failed to delete a file', {
			file: `${folder}/${name}`,
			error: String(error),
		});
	}
}

/**
 * Stores the uploads of a draft and replaces them by their names; called in the transaction, before the row is
 * written. A rollback removes them again; files the record no longer names go once the commit is on disk.
 */
export async function storeFiles(core: Core, tx: Transaction, draft: Draft): Promise<void> {
	const folder = folderOf(draft.collection.id, String(draft.data['id']));
	for (const field of draft.collection.fields) {
		if (field.type !== 'file' || draft.data[field.name] === draft.original[field.name]) continue;
		const values = fileValues(draft.data[field.name]);
		for (const upload of values.filter(isUpload)) await putUpload(core, tx, folder, upload);
		const names = values.map((value) => (typeof value === 'string' ? value : value.name));
		draft.data[field.name] = valueOf(field, names);
		const kept = new Set(names);
		const dropped = fileValues(draft.original[field.name]).filter(
			(value): value is string => typeof value === 'string' && !kept.has(value),
		);
		if (dropped.length > 0)
			tx.afterCommit(async () => {
				for (const name of dropped) await deleteFile(core, folder, name);
			});
	}
}

const valueOf = (field: FileField, names: readonly string[]): unknown =>
	isMultiple(field) ? names : (names.at(-1) ?? '');

async function putUpload(
	core: Core,
	tx: Transaction,
	folder: string,
	upload: UploadedFile,
): Promise<void> {
	tx.afterRollback(() => deleteFile(core, folder, upload.name));
	await core.files.put(`${folder}/${upload.name}`, upload, { originalName: upload.originalName });
}

/**
 * All files of a deleted record go once its deletion is on disk. Its id may be another record's by then, of the same
 * batch even: then only those that it named, and no name is given twice.
 */
export function dropFiles(core: Core, tx: Transaction, { collection, data }: StoredRecord): void {
	const fields = collection.fields.filter((field) => field.type === 'file');
	if (fields.length === 0) return;
	const id = String(data['id']);
	const folder = folderOf(collection.id, id);
	tx.afterCommit(async () => {
		try {
			if ((await findRecord(core, collection, id)) === undefined)
				await core.files.deletePrefix(`${folder}/`);
			else
				for (const { name } of fields)
					for (const file of namesOf(data[name])) await deleteFile(core, folder, file);
		} catch (error) {
			core.log.write(8, 'failed to delete files', { folder, error: String(error) });
		}
	});
}
