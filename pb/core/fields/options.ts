/** A definition has a value of the wrong JSON type. The message is private; the client gets "invalid formatting". */
export class DecodeError extends Error {
	override readonly name = 'DecodeError';
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Typed reads of a JSON object: absent and null give the zero value, another type throws `DecodeError`. */
export interface OptionReader {
	has(key: string): boolean;
	string(key: string, fallback?: string): string;
	bool(key: string, fallback?: boolean): boolean;
	/** A whole number. */
	int(key: string, fallback?: number): number;
	numberOrNull(key: string): number | null;
	stringsOrNull(key: string): readonly string[] | null;
	/** A pointer to a text: null stays null, absent keeps the fallback. */
	stringOrNull(key: string, fallback: string | null): string | null;
	boolOrNull(key: string, fallback: boolean | null): boolean | null;
	/** A member object; absent and null give an empty one. */
	object(key: string): JsonObject;
	listOrNull(key: string): readonly unknown[] | null;
}

export function readOptions(raw: JsonObject): OptionReader {
	const wrong = (key: string, expected: string): DecodeError =>
		new DecodeError(`"${key}": expected ${expected}, found ${typeof raw[key]}`);
	return {
		has: (key) => raw[key] !== undefined,
		string: (key, fallback = '') => {
			const value = raw[key] ?? fallback;
			if (typeof value !== 'string') throw wrong(key, 'a string');
			return value;
		},
		bool: (key, fallback = false) => {
			const value = raw[key] ?? fallback;
			if (typeof value !== 'boolean') throw wrong(key, 'a boolean');
			return value;
		},
		int: (key, fallback = 0) => {
			const value = raw[key] ?? fallback;
			if (typeof value !== 'number' || !Number.isInteger(value)) throw wrong(key, 'a whole number');
			return value;
		},
		numberOrNull: (key) => {
			const value = raw[key] ?? null;
			if (value !== null && typeof value !== 'number') throw wrong(key, 'a number');
			return value;
		},
		stringsOrNull: (key) => {
			const value = raw[key] ?? null;
			if (value === null) return null;
			if (!Array.isArray(value)) throw wrong(key, 'a list');
			return value.map((item: unknown) => {
				if (item === null) return '';
				if (typeof item !== 'string') throw wrong(key, 'a list of strings');
				return item;
			});
		},
		stringOrNull: (key, fallback) => {
			const value = raw[key] === undefined ? fallback : raw[key];
			if (value !== null && typeof value !== 'string') throw wrong(key, 'a string or null');
			return value;
		},
		boolOrNull: (key, fallback) => {
			const value = raw[key] === undefined ? fallback : raw[key];
			if (value !== null && typeof value !== 'boolean') throw wrong(key, 'a boolean or null');
			return value;
		},
		object: (key) => {
			const value = raw[key] ?? {};
			if (!isObject(value)) throw wrong(key, 'an object');
			return value;
		},
		listOrNull: (key) => {
			const value = raw[key] ?? null;
			if (value !== null && !Array.isArray(value)) throw wrong(key, 'a list');
			return value;
		},
	};
}
