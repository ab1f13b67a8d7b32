import type { FieldKind } from '../kind.ts';
import type { Field, FieldType } from '../types.ts';
import { autodateKind } from './autodate.ts';
import { boolKind } from './bool.ts';
import { dateKind } from './date.ts';
import { editorKind } from './editor.ts';
import { emailKind } from './email.ts';
import { fileKind } from './file.ts';
import { geoPointKind } from './geo-point.ts';
import { jsonKind } from './json.ts';
import { numberKind } from './number.ts';
import { passwordKind } from './password.ts';
import { relationKind } from './relation.ts';
import { selectKind } from './select.ts';
import { textKind } from './text.ts';
import { urlKind } from './url.ts';

/** One entry per field type; a type without one does not compile. */
export const fieldKinds: { readonly [T in FieldType]: FieldKind<T> } = {
	autodate: autodateKind,
	bool: boolKind,
	date: dateKind,
	editor: editorKind,
	email: emailKind,
	file: fileKind,
	geoPoint: geoPointKind,
	json: jsonKind,
	number: numberKind,
	password: passwordKind,
	relation: relationKind,
	select: selectKind,
	text: textKind,
	url: urlKind,
};

/** The kind of a field; call its methods with that field. */
// The table pairs each type with its own kind, which the compiler cannot follow through a lookup by `field.type`.
export const kindOf = (field: Field): FieldKind => fieldKinds[field.type] as unknown as FieldKind;
