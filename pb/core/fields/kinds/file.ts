import { ident, sql } from '../../../sql/index.ts';
import type { UploadedFile } from '../../files/types.ts';
import { castStringList } from '../cast.ts';
import { goJson } from '../go-json.ts';
import {
	collectIssues,
	eachIssue,
	issue,
	lengthIssue,
	matchIssue,
	rangeIssue,
	requiredIssue,
} from '../issues.ts';
import type { FieldIssue, FieldKind, ValidateContext } from '../kind.ts';
import { mimeTypeOf } from '../mime.ts';
import { isMultiple } from '../types.ts';
import type { FileField } from '../types.ts';

/** Bytes; 0 stands for the default of 5 MiB. */
export const fileMaxSize = (field: FileField): number =>
	field.maxSize <= 0 ? 5 * 1024 * 1024 : field.maxSize;

/** A stored file's name, or an upload that the save path stores and then replaces by its name. */
export type FileValue = string | UploadedFile;

export const isUpload = (value: unknown): value is UploadedFile =>
	typeof value === 'object' &&
	value !== null &&
	'originalName' in value &&
	'name' in value &&
	'open' in value;

const nameOf = (value: FileValue): string => (typeof value === 'string' ? value : value.name);

/** Names and uploads of a field's value, whether it holds one or several. */
export function fileValues(raw: unknown): FileValue[] {
	const found = new Map<string, FileValue>();
	for (const value of flatten(raw)) if (!found.has(nameOf(value))) found.set(nameOf(value), value);
	return [...found.values()];
}

function flatten(raw: unknown): readonly FileValue[] {
	if (isUpload(raw)) return [raw];
	if (!Array.isArray(raw)) return castStringList(raw);
	return raw.flatMap((item: unknown) => {
		const values = flatten(item);
		return values.length === 1 ? values : [];
	});
}

const normalise = (field: FileField, raw: unknown): FileValue | FileValue[] => {
	const values = fileValues(raw);
	return isMultiple(field) ? values : (values.at(-1) ?? '');
};

export const fileKind: FieldKind<'file'> = {
	type: 'file',
	writable: true,
	column: (field) =>
		isMultiple(field) ? "JSON DEFAULT '[]' NOT NULL" : "TEXT DEFAULT '' NOT NULL",
	zero: (field) => (isMultiple(field) ? [] : ''),
	normalise,
	fromColumn: normalise,
	toColumn(field, value) {
		const names = fileValues(value).map(nameOf);
		return isMultiple(field) ? goJson(names) : (names.at(-1) ?? '');
	},
	modify(field, current, modifier, operand) {
		const have = fileValues(current);
		const given = fileValues(operand);
		switch (modifier) {
			case '+':
				return { value: normalise(field, [...have, ...given]) };
			case 'prepend':
				return { value: normalise(field, [...given, ...have]) };
			case '-': {
				const removed = new Set(given.map(nameOf));
				return {
					value: normalise(
						field,
						have.filter((value) => !removed.has(nameOf(value))),
					),
				};
			}
			default:
				return undefined;
		}
	},
	async validate(field, raw, context) {
		const values = fileValues(raw);
		if (values.length === 0) return field.required ? requiredIssue() : undefined;
		const unknown = await unknownNames(field, values, context);
		if (unknown.length > 0)
			return issue('validation_invalid_file', 'Invalid new files: {invalidFiles}.', {
				invalidFiles: unknown,
			});
		const maxSelect = Math.max(field.maxSelect, 1);
		if (values.length > maxSelect)
			return issue('validation_too_many_files', 'The maximum allowed files is {maxSelect}', {
				maxSelect,
			});
		for (const value of values) {
			const found = typeof value === 'string' ? undefined : await uploadIssue(field, value);
			if (found !== undefined) return found;
		}
		return undefined;
	},
	parse: (common, options) => ({
		...common,
		type: 'file',
		maxSize: options.int('maxSize'),
		maxSelect: options.int('maxSelect'),
		mimeTypes: options.stringsOrNull('mimeTypes'),
		thumbs: options.stringsOrNull('thumbs'),
		protected: options.bool('protected'),
		required: options.bool('required'),
	}),
	check: (field) =>
		collectIssues({
			maxSelect: rangeIssue(field.maxSelect, 0, Number.MAX_SAFE_INTEGER),
			maxSize: rangeIssue(field.maxSize, 0, Number.MAX_SAFE_INTEGER),
			thumbs: eachIssue(field.thumbs ?? [], (size) => {
				if (size === '') return undefined;
				if (/^0x0[tbf]?$/.test(size))
					return issue('validation_not_in_invalid', 'must not be in list');
				return /^\d+x\d+[tbf]?$/.test(size) ? undefined : matchIssue();
			}),
		}),
};

/** A client may keep names the record has, never bring new ones: a file of another record would be served as its own. */
async function unknownNames(
	field: FileField,
	values: readonly FileValue[],
	context: ValidateContext,
): Promise<readonly string[]> {
	const names = values.filter((value) => typeof value === 'string');
	if (names.length === 0) return [];
	const known = new Set(fileValues(await storedValue(field, context)).map(nameOf));
	return names.filter((name) => !known.has(name)).map((name) => name.slice(0, 250));
}

async function storedValue(field: FileField, context: ValidateContext): Promise<unknown> {
	if (context.isNew) return '';
	if (context.original !== undefined) return context.original[field.name];
	const id = context.record['id'];
	if (typeof id !== 'string') return '';
	const row = await context.reader.get(
		sql`SELECT ${ident(field.name)} AS ${ident('value')} FROM ${ident(context.collection.name)} WHERE ${ident('id')} = ${id}`,
	);
	return row?.['value'];
}

async function uploadIssue(
	field: FileField,
	upload: UploadedFile,
): Promise<FieldIssue | undefined> {
	const name =
		lengthIssue(upload.name, 1, 150) ??
		(/^[^./\\][^/\\]+$/.test(upload.name) ? undefined : matchIssue());
	if (name !== undefined) return name;
	const maxSize = fileMaxSize(field);
	const shown =
		upload.originalName.length > 300
			? `${upload.originalName.slice(0, 300)}...`
			: upload.originalName;
	if (upload.size > maxSize)
		return issue(
			'validation_file_size_limit',
			'Failed to upload {file} - the maximum allowed file size is {maxSize} bytes.',
			{ file: shown, maxSize },
		);
	const allowed = field.mimeTypes ?? [];
	if (allowed.length === 0) return undefined;
	const type = await mimeTypeOf(upload);
	return allowed.some((mime) => mime.split(';')[0]?.trim().toLowerCase() === type)
		? undefined
		: issue(
				'validation_invalid_mime_type',
				`${JSON.stringify(upload.name)} mime type must be one of: ${allowed.join(', ')}.`,
			);
}
