import type { SqlValue } from '../../sql/index.ts';
import type { Reader } from '../../store/index.ts';
import type { Catalog, Collection } from '../collections/types.ts';
import type { RecordData } from '../records/record.ts';
import type { OptionReader } from './options.ts';
import type { Field, FieldCommon, FieldType } from './types.ts';

/** One validation failure as it stands on the wire: `{"code", "message", "params"?}`. */
export interface FieldIssue {
	readonly code: string;
	readonly message: string;
	readonly params?: Readonly<Record<string, unknown>>;
}

/** Issues by key; they nest (`fields.2.name`). */
export interface FieldIssues {
	readonly [key: string]: FieldIssue | FieldIssues;
}

export interface ValidateContext {
	readonly collection: Collection;
	readonly catalog: Catalog;
	/** Looks inside the running transaction (relations, primary key duplicates). */
	readonly reader: Reader;
	/** The record as it will be stored. */
	readonly record: RecordData;
	readonly isNew: boolean;
	/** The record as it is stored now; read from the table when it is left out. */
	readonly original?: RecordData | undefined;
}

/** What the check of a field definition may look at. */
export interface DefinitionContext {
	/** The collection as it will be saved. */
	readonly collection: Collection;
	/** As it is stored now; undefined for a new one. */
	readonly original: Collection | undefined;
	readonly catalog: Catalog;
}

/**
 * What the server knows about one field type. `fieldKinds: { [T in FieldType]: FieldKind<T> }` is total,
 * so a new type that is not handled does not type-check.
 *
 * The value in a `RecordData` is always normalised: string | number | boolean | string[] | point |
 * `JsonText` or null (json) | `PasswordValue` (password) | names and `UploadedFile`s (file).
 */
export interface FieldKind<T extends FieldType = FieldType> {
	readonly type: T;
	/** False when a submitted value is ignored (autodate). */
	readonly writable: boolean;
	/** Column definition after the name, e.g. `TEXT DEFAULT '' NOT NULL` (PocketBase's exact DDL). */
	column(field: Extract<Field, { type: T }>): string;
	zero(field: Extract<Field, { type: T }>): unknown;
	/** Any submitted or normalised value -> the normalised value (PocketBase's PrepareValue / setter). Never throws. */
	normalise(field: Extract<Field, { type: T }>, raw: unknown): unknown;
	/** Column value (any affinity, NULL, legacy type) -> normalised value. */
	fromColumn(field: Extract<Field, { type: T }>, stored: SqlValue): unknown;
	toColumn(field: Extract<Field, { type: T }>, value: unknown): SqlValue;
	/** First failing check of the value, or undefined. */
	validate(
		field: Extract<Field, { type: T }>,
		value: unknown,
		context: ValidateContext,
	): Promise<FieldIssue | undefined> | FieldIssue | undefined;
	/**
	 * Applies a modifier: `+` for `f+`, `prepend` for `+f`, `-` for `f-`, `:autogenerate` for `f:autogenerate`;
	 * undefined when it does not exist for this type.
	 */
	modify?(
		field: Extract<Field, { type: T }>,
		current: unknown,
		modifier: string,
		operand: unknown,
	): { readonly value: unknown } | undefined;
	/** The type's own options out of a definition; throws `DecodeError` for a value of the wrong type. */
	parse(common: FieldCommon, options: OptionReader): Extract<Field, { type: T }>;
	/** What is wrong with a definition, by option name, beside the checks every field has. */
	check?(
		field: Extract<Field, { type: T }>,
		context: DefinitionContext,
	): Promise<FieldIssues | undefined> | FieldIssues | undefined;
}
