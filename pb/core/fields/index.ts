export { isMultiple } from './types.ts';
export type {
	AutodateField,
	BoolField,
	DateField,
	EditorField,
	EmailField,
	Field,
	FieldType,
	FileField,
	GeoPointField,
	JsonField,
	NumberField,
	PasswordField,
	RelationField,
	SelectField,
	TextField,
	UrlField,
} from './types.ts';
export type { FieldIssue, FieldKind, ValidateContext } from './kind.ts';
