import { getRandomValues } from 'node:crypto';

/** A source of random bytes and text; an argument, so that tests can fix it. */
export interface RandomSource {
	bytes(length: number): Uint8Array;
	/** `length` characters drawn evenly from `alphabet` (2-256 characters; default letters and digits). */
	text(length: number, alphabet?: string): string;
}

const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** Characters of record ids. */
export const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** Length of generated record ids (core/field_text.go). */
const ID_LENGTH = 15;

/**
 * Draws from `fill` (default: the system's cryptographic source).
 * @example createRandom().text(15, ID_ALPHABET)
 */
export function createRandom(
	fill: (target: Uint8Array<ArrayBuffer>) => void = getRandomValues,
): RandomSource {
	const bytes = (length: number): Uint8Array => {
		const target = new Uint8Array(length);
		fill(target);
		return target;
	};
	const text = (length: number, alphabet = ALPHANUMERIC): string => {
		const size = alphabet.length;
		if (size < 2 || size > 256) throw new RangeError('alphabet must have 2 to 256 characters');
		// A byte past the largest multiple of the size would favour the first characters.
		const limit = 256 - (256 % size);
		let out = '';
		while (out.length < length) {
			for (const byte of bytes(length - out.length + 8)) {
				if (byte < limit) out += alphabet.charAt(byte % size);
				if (out.length === length) break;
			}
		}
		return out;
	};
	return { bytes, text };
}

/** A fresh record id: 15 characters of a-z0-9. */
export const newId = (random: RandomSource): string => random.text(ID_LENGTH, ID_ALPHABET);
