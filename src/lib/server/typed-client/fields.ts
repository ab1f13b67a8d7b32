import type { PlainField } from '../schema/index.ts';
import { isMultiple } from './collections.ts';

/** One property of an interface: `title: string`. */
export interface Property {
	readonly name: string;
	readonly type: string;
	readonly optional: boolean;
}

const literals = (field: PlainField): string => {
	const values = Array.isArray(field['values']) ? field['values'] : [];
	return values.length === 0 ? 'string' : values.map((value) => JSON.stringify(value)).join(' | ');
};

/** What a record holds. A field type this version does not know is `any`: it is no error of the app. */
export function recordType(field: PlainField): string {
	switch (field.type) {
		case 'text':
		case 'editor':
		case 'email':
		case 'url':
		case 'date':
		case 'autodate':
			return 'string';
		case 'number':
			return 'number';
		case 'bool':
			return 'boolean';
		case 'select':
			return isMultiple(field) ? `(${literals(field)})[]` : literals(field);
		case 'relation':
		case 'file':
			return isMultiple(field) ? 'string[]' : 'string';
		case 'geoPoint':
			return 'GeoPoint';
		default:
			return 'any';
	}
}

/** What may be sent for it, undefined when nothing can be. */
function inputType(field: PlainField): string | undefined {
	switch (field.type) {
		case 'text':
		case 'editor':
		case 'email':
		case 'url':
		case 'password':
			return 'string';
		case 'date':
			return 'string | Date';
		case 'number':
			return 'number | null';
		case 'bool':
			return 'boolean';
		// Any text: in plain code `let state = $state('open')` is a string. Wrong words are found by the usage check.
		case 'select':
		case 'relation':
			return isMultiple(field) ? 'string | readonly string[] | null' : 'string | null';
		case 'file':
			return isMultiple(field) ? 'Upload | readonly Upload[] | null' : 'Upload | null';
		case 'geoPoint':
			return 'GeoPoint | null';
		case 'autodate':
			return undefined;
		default:
			return 'any';
	}
}

/** The forms of a field that change what is there instead of replacing it: `likes+`, `tags-`. */
function modifiers(field: PlainField): readonly Property[] {
	const optional = true;
	switch (field.type) {
		case 'number':
			return ['+', '-'].map((sign) => ({ name: field.name + sign, type: 'number', optional }));
		case 'select':
		case 'relation': {
			if (!isMultiple(field)) return [];
			const type = 'string | readonly string[]';
			const names = [`${field.name}+`, `+${field.name}`, `${field.name}-`];
			return names.map((name) => ({ name, type, optional }));
		}
		case 'file': {
			if (!isMultiple(field)) return [];
			const type = 'Upload | readonly Upload[]';
			const names = [`${field.name}+`, `+${field.name}`];
			return [
				...names.map((name) => ({ name, type, optional })),
				{ name: `${field.name}-`, type: 'string | readonly string[]', optional },
			];
		}
		case 'text': {
			if (!field['autogeneratePattern']) return [];
			return [{ name: `${field.name}:autogenerate`, type: 'string', optional }];
		}
		default:
			return [];
	}
}

/** The properties of `create` and `update` values that concern one field. */
export function inputProperties(field: PlainField, isCreate: boolean): readonly Property[] {
	const type = inputType(field);
	// Nobody but a superuser sets a hidden field; the password of an account is the exception.
	if (type === undefined || (field['hidden'] === true && field.type !== 'password')) return [];
	const mayGenerate = field.type === 'text' && Boolean(field['autogeneratePattern']);
	const isNeeded = isCreate && field['required'] === true && !mayGenerate;
	const plain = { name: field.name, type, optional: !isNeeded };
	return [plain, ...modifiers(field)];
}
