import type { Random } from '../core.ts';

/** `SomeName-here` -> `some_name_here` (tools/inflector Snakecase): words split at anything but letters, digits, `_`. */
export function snakeCase(text: string): string {
	const words = text.split(/[\W_]+/).filter((word) => word !== '');
	return words.map((word) => word.replace(/([^A-Z])([A-Z])/g, '$1_$2').toLowerCase()).join('_');
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The extension with its dot, both of two: `.tar.gz`; '' without one. */
function extensionOf(name: string): string {
	const last = name.lastIndexOf('.');
	if (last < 0) return '';
	const before = last === 0 ? -1 : name.lastIndexOf('.', last - 1);
	return name.slice(before >= 0 ? before : last);
}

/**
 * The name a file is stored under: `<snake case, at most 100>_<10 random><.ext>` (tools/filesystem/file.go).
 * What the client sent never becomes a path: only letters, digits, `_` and dots of the extension are left.
 * @param detected Extension with dot found in the content, used when the name has none; may be ''.
 */
export function storedName(original: string, detected: string, random: Random): string {
	const name = original.slice(-300);
	const extension = extensionOf(name);
	const clean = '.' + trimDots(extension.replace(/[^\w.*\-+=#]+/g, ''));
	let suffix = clean === '.' ? detected : clean;
	if (suffix.length > 20) suffix = '.' + trimDots(suffix.slice(-20));
	let base = snakeCase(trimDots(name.slice(0, name.length - extension.length)));
	if (base.length < 3) base += random.text(10, alphabet);
	return `${base.slice(0, 100)}_${random.text(10, alphabet)}${suffix}`;
}

const trimDots = (text: string): string => text.replace(/^\.+|\.+$/g, '');
