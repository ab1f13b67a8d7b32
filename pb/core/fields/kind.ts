import type { SqlValue } from '../../sql/index.ts';
import type { Reader } from '../../store/index.ts';
import type { Catalog, Collection } from '../collections/types.ts';
import type { RecordData } from '../records/record.ts';
import type { Field, FieldType } from './types.ts';

/** One validation failure as it stands on the wire: `{"code", "message", "params"?}`. */
export interface FieldIssue {
	readonly code: string;
	readonly message: string;
	readonly params?: Readonly<Record<string, unknown>>;
}

export interface ValidateContext {
	readonly collection: Collection;
	readonly catalog: Catalog;
	/** Looks inside the running transaction (relations, primary key duplicates). */
	readonly reader: Reader;
	/** The record as it will be stored. */
	readonly record: RecordData;
	readonly isNew: boolean;
}

/**
 * What the server knows about one field type. `fieldKinds: { [T in FieldType]: FieldKind<T> }` is total,
 * so a new type that is not handled does not type-check.
 *
 * The value in a `RecordData` is always normalised: string | number | boolean | string[] | json value | point.
 */
export interface FieldKind<T extends FieldType = FieldType> {
	readonly type: T;
	/** Column definition after the name, e.g. `TEXT DEFAULT '' NOT NULL` (PocketBase's exact DDL). */
	column(field: Extract<Field, { type: T }>): string;
	zero(field: Extract<Field, { type: T }>): unknown;
	/** Any submitted or stored value -> the normalised value (PocketBase's PrepareValue / setter). Never throws. */
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
	/** Applies `f+`, `+f`, `f-`, `f:autogenerate`; undefined when the modifier does not exist for this type. */
	modify?(
		field: Extract<Field, { type: T }>,
		current: unknown,
		modifier: string,
		operand: unknown,
	): { readonly value: unknown } | undefined;
}
