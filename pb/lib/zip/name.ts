/**
 * True for a relative path of plain names that stays inside the directory it is unpacked to: no empty, `.` or `..`
 * segment, backslash, colon drive, NUL or control character; at most 1,000 bytes and 20 levels.
 */
export function isEntryName(name: string): boolean {
	if (name === '' || Buffer.byteLength(name) > 1_000 || /^[a-zA-Z]:/.test(name)) return false;
	const segments = name.split('/');
	return segments.length <= 20 && segments.every(isSegment);
}

function isSegment(segment: string): boolean {
	if (segment === '' || segment === '.' || segment === '..') return false;
	if (Buffer.byteLength(segment) > 255) return false;
	for (const character of segment) {
		const code = character.charCodeAt(0);
		if (code < 32 || code === 127 || character === '\\') return false;
	}
	return true;
}
