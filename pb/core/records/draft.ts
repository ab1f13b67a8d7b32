import type { Collection } from '../collections/types.ts';
import {
	castString,
	castStringList,
	isUpload,
	JsonText,
	kindOf,
	PasswordValue,
} from '../fields/index.ts';
import type { Field } from '../fields/index.ts';
import type { UploadedFile } from '../files/types.ts';
import { copyData, createData } from './data.ts';
import type { RecordData } from './record.ts';
import { zeroData } from './row.ts';

/** What a client submitted: plain values, and uploads by key (`f`, `f+`, `+f`). */
export interface RecordInput {
	readonly values: Readonly<Record<string, unknown>>;
	readonly files?: ReadonlyMap<string, readonly UploadedFile[]>;
}

/** A record on its way into the table. */
export interface Draft {
	readonly collection: Collection;
	readonly isNew: boolean;
	/** As it is stored; zero values for a new record. */
	readonly original: Readonly<RecordData>;
	/** As it will be stored. Uploads and plain passwords stand in it until it is written. */
	readonly data: RecordData;
}

/** @param original The stored values; undefined for a new record. */
export const createDraft = (
	collection: Collection,
	original: Readonly<RecordData> | undefined,
): Draft => {
	const before = original ?? zeroData(collection);
	return {
		collection,
		isNew: original === undefined,
		original: before,
		data: copyData(before),
	};
};

interface Target {
	readonly field: Field;
	/** '' sets the value. */
	readonly modifier: string;
}

const targets = new WeakMap<Collection, ReadonlyMap<string, Target>>();

/** Which field a submitted key means: its name, or the name with a modifier. */
function targetsOf(collection: Collection): ReadonlyMap<string, Target> {
	let known = targets.get(collection);
	if (!known) {
		const map = new Map<string, Target>();
		const add = (key: string, field: Field, modifier: string): void => {
			// The first field wins, as in PocketBase.
			if (!map.has(key)) map.set(key, { field, modifier });
		};
		for (const field of collection.fields) {
			add(field.name, field, '');
			switch (field.type) {
				case 'text':
					add(field.name + ':autogenerate', field, ':autogenerate');
					break;
				case 'number':
					add(field.name + '+', field, '+');
					add(field.name + '-', field, '-');
					break;
				case 'select':
				case 'relation':
				case 'file':
					add('+' + field.name, field, 'prepend');
					add(field.name + '+', field, '+');
					add(field.name + '-', field, '-');
					break;
				default:
					break;
			}
		}
		targets.set(collection, (known = map));
	}
	return known;
}

/** Sets one submitted key; undefined when it means no field. */
export function setValue(draft: Draft, key: string, value: unknown): Field | undefined {
	const target = targetsOf(draft.collection).get(key);
	if (!target) return undefined;
	const { field, modifier } = target;
	const kind = kindOf(field);
	if (!kind.writable) return field;
	if (modifier === '') {
		draft.data[field.name] = kind.normalise(field, value);
	} else {
		const changed = kind.modify?.(field, draft.data[field.name], modifier, value);
		if (changed) draft.data[field.name] = changed.value;
	}
	return field;
}

const byLength = (a: string, b: string): number => a.length - b.length;

/**
 * Puts what a client submitted into a draft, modifiers applied one after the other, the shorter key first.
 * @param canSetHidden Without it hidden fields keep their value, except the password of an auth record.
 * @returns The body as rules see it: each field under its own name with the value it will have; other keys as sent.
 */
export function loadInput(
	draft: Draft,
	input: RecordInput,
	canSetHidden: boolean,
): Readonly<Record<string, unknown>> {
	const { collection } = draft;
	const body = createData();
	const touched = new Set<Field>();
	for (const key of Object.keys(input.values).sort(byLength)) {
		const field = isHiddenTarget(collection, key, canSetHidden)
			? 'hidden'
			: setValue(draft, key, input.values[key]);
		if (field === undefined) body[key] = input.values[key];
		else if (field !== 'hidden') touched.add(field);
	}
	for (const key of [...(input.files?.keys() ?? [])].sort(byLength)) {
		const target = targetsOf(collection).get(key);
		if (target?.field.type !== 'file' || isHiddenTarget(collection, key, canSetHidden)) continue;
		const uploads = input.files?.get(key) ?? [];
		// Names sent beside uploads are kept, so that files the client still shows do not vanish.
		const kept = target.modifier === '' ? castStringList(input.values[key]) : [];
		setValue(draft, key, [...kept, ...uploads]);
		touched.add(target.field);
	}
	for (const field of touched) body[field.name] = bodyValue(field, draft.data[field.name]);
	return body;
}

function isHiddenTarget(collection: Collection, key: string, canSetHidden: boolean): boolean {
	if (canSetHidden) return false;
	const field = targetsOf(collection).get(key)?.field;
	if (field?.hidden !== true) return false;
	return !(collection.type === 'auth' && field.name === 'password');
}

/**
 * A value as `@request.body` shows it: an upload by its name, a password as it was typed, json and points as their
 * text, with which rules compare the column.
 */
function bodyValue(field: Field, value: unknown): unknown {
	if (field.type === 'json') return value ?? new JsonText('null');
	if (field.type === 'geoPoint')
		return new JsonText(castString(kindOf(field).toColumn(field, value)));
	if (value instanceof PasswordValue) return value.plain;
	if (isUpload(value)) return value.name;
	return Array.isArray(value)
		? value.map((item: unknown) => (isUpload(item) ? item.name : item))
		: value;
}
