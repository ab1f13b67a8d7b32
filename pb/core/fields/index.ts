export { castBool, castString, castStringList, parseJson } from './cast.ts';
export { formatDateTime, parseDateTime } from './datetime.ts';
export { checkField, fieldToWire, parseField, viaIssue } from './definition.ts';
export { isEmail, isHexColor, isHost, isIpOrSubnet, isUrl } from './formats.ts';
export { goJson, JsonText } from './go-json.ts';
export {
	collectIssues,
	eachIssue,
	inIssue,
	issue,
	lengthIssue,
	matchIssue,
	mismatchIssue,
	nilIssue,
	rangeIssue,
	requiredIssue,
	spelling,
} from './issues.ts';
export type {
	DefinitionContext,
	FieldIssue,
	FieldIssues,
	FieldKind,
	ValidateContext,
} from './kind.ts';
export { editorMaxSize } from './kinds/editor.ts';
export { fileMaxSize, fileValues, isUpload } from './kinds/file.ts';
export type { FileValue } from './kinds/file.ts';
export type { GeoPoint } from './kinds/geo-point.ts';
export { kindOf } from './kinds/index.ts';
export { jsonMaxSize } from './kinds/json.ts';
export { PasswordValue } from './kinds/password.ts';
export { autogenerate, defaultIdPattern } from './kinds/text.ts';
export { DecodeError, isObject, readOptions } from './options.ts';
export type { JsonObject, OptionReader } from './options.ts';
export { matchesPattern, patternProblem } from './patterns.ts';
export { randomByPattern } from './random-pattern.ts';
export { isMultiple } from './types.ts';
export type {
	AutodateField,
	BoolField,
	DateField,
	EditorField,
	EmailField,
	Field,
	FieldCommon,
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
