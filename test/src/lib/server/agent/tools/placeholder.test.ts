import { describe, expect, it } from 'vitest';
import { findPlaceholder } from '#lib/server/agent/tools/placeholder.ts';

const placeholders = [
	'// ... rest of the code unchanged',
	'// ...existing code...',
	'// … rest stays the same',
	'<!-- ... existing markup ... -->',
	'<!-- rest of the component -->',
	'/* ... other styles ... */',
	'/* existing styles */',
	'\t// rest of the script',
	'{/* ... */}',
	'// ...',
	'# ... remaining lines',
	'// keep existing imports',
	'<!-- unchanged markup here -->',
	'// previous code ...',
	'/* The rest of the code stays unchanged */',
];
const code = [
	'// Loads the rest of the list when the page is scrolled.',
	'<p>... and the rest is history</p>',
	"const text = 'the same as before...';",
	'const rest = { ...other };',
	'return [...existing, item];',
	'<!-- The existing entry is replaced, so that the list stays sorted. -->',
	'/* Keeps the previous value for the animation. */',
	'// unchanged since the last save: nothing to do',
	'placeholder="Search…"',
	'<span>Saving…</span>',
	'/* remaining width goes to the text */',
	'# Heading',
	'// existing people sign in, new ones sign up',
];

describe('findPlaceholder', () => {
	it.each(placeholders)('finds %s', (line) => {
		expect(findPlaceholder(`<p>a</p>\n${line}\n<p>b</p>`, '')).toBe(line.trim());
	});
	it.each(code)('lets %s pass', (line) => {
		expect(findPlaceholder(`<p>a</p>\n${line}\n<p>b</p>`, '')).toBeUndefined();
	});
	it('lets a line pass that the file has already', () => {
		expect(findPlaceholder('// ...\nrun();', 'stop();\n  // ...\n')).toBeUndefined();
	});
});
