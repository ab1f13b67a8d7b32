/** Options every field has, named as on the wire. */
export interface FieldCommon {
	readonly id: string;
	readonly name: string;
	readonly system: boolean;
	readonly hidden: boolean;
	readonly presentable: boolean;
	readonly help: string;
}

export interface TextField extends FieldCommon {
	readonly type: 'text';
	readonly min: number;
	readonly max: number;
	readonly pattern: string;
	readonly autogeneratePattern: string;
	readonly required: boolean;
	readonly primaryKey: boolean;
}
export interface NumberField extends FieldCommon {
	readonly type: 'number';
	readonly min: number | null;
	readonly max: number | null;
	readonly onlyInt: boolean;
	readonly required: boolean;
}
export interface BoolField extends FieldCommon {
	readonly type: 'bool';
	readonly required: boolean;
}
export interface EmailField extends FieldCommon {
	readonly type: 'email';
	readonly exceptDomains: readonly string[] | null;
	readonly onlyDomains: readonly string[] | null;
	readonly required: boolean;
}
export interface UrlField extends FieldCommon {
	readonly type: 'url';
	readonly exceptDomains: readonly string[] | null;
	readonly onlyDomains: readonly string[] | null;
	readonly required: boolean;
}
export interface EditorField extends FieldCommon {
	readonly type: 'editor';
	readonly maxSize: number;
	readonly convertURLs: boolean;
	readonly required: boolean;
}
export interface DateField extends FieldCommon {
	readonly type: 'date';
	readonly min: string;
	readonly max: string;
	readonly required: boolean;
}
export interface AutodateField extends FieldCommon {
	readonly type: 'autodate';
	readonly onCreate: boolean;
	readonly onUpdate: boolean;
}
export interface SelectField extends FieldCommon {
	readonly type: 'select';
	readonly values: readonly string[];
	readonly maxSelect: number;
	readonly required: boolean;
}
export interface JsonField extends FieldCommon {
	readonly type: 'json';
	readonly maxSize: number;
	readonly required: boolean;
}
export interface GeoPointField extends FieldCommon {
	readonly type: 'geoPoint';
	readonly required: boolean;
}
export interface PasswordField extends FieldCommon {
	readonly type: 'password';
	readonly pattern: string;
	readonly min: number;
	readonly max: number;
	readonly cost: number;
	readonly required: boolean;
}
export interface FileField extends FieldCommon {
	readonly type: 'file';
	readonly maxSize: number;
	readonly maxSelect: number;
	readonly mimeTypes: readonly string[] | null;
	readonly thumbs: readonly string[] | null;
	readonly protected: boolean;
	readonly required: boolean;
}
export interface RelationField extends FieldCommon {
	readonly type: 'relation';
	readonly collectionId: string;
	readonly cascadeDelete: boolean;
	readonly minSelect: number;
	readonly maxSelect: number;
	readonly required: boolean;
}

/** The 14 field types of PocketBase 0.39 (core/field_*.go). */
export type Field =
	| TextField
	| NumberField
	| BoolField
	| EmailField
	| UrlField
	| EditorField
	| DateField
	| AutodateField
	| SelectField
	| JsonField
	| GeoPointField
	| PasswordField
	| FileField
	| RelationField;

export type FieldType = Field['type'];

/** True when the field holds a list: `maxSelect <= 1` means a single value (and another column type). */
export const isMultiple = (field: Field): boolean =>
	(field.type === 'select' || field.type === 'file' || field.type === 'relation') &&
	field.maxSelect > 1;
