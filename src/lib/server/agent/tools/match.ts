/** How far an edit's `old` had to be bent to fit; steps are tried in this order. */
export const ladder = ['exact', 'trailing_space', 'edge_space', 'unicode'] as const;
export type LadderStep = (typeof ladder)[number];

export type MatchOutcome =
	/** `text` is the whole file after the edit; `line` where the change begins, from 1. */
	| {
			readonly kind: 'applied';
			readonly step: LadderStep;
			readonly text: string;
			readonly line: number;
	  }
	/** It fits in more than one place: first lines of each. */
	| { readonly kind: 'ambiguous'; readonly step: LadderStep; readonly lines: readonly number[] }
	| { readonly kind: 'missing' };

/**
 * Replaces the one place where `old` stands in `text`. A step that finds several places ends the search:
 * a looser step would only find more.
 *
 * From the second step on whole lines are compared, so that a near miss is never taken for a match:
 * words, their order, their case and the space between them must be right.
 */
export function applyEdit(text: string, old: string, replacement: string): MatchOutcome {
	const eol = text.includes('\r\n') ? '\r\n' : '\n';
	const exact = applyExact(text, toEol(old, eol), toEol(replacement, eol));
	if (exact.kind !== 'missing') return exact;
	const file = splitLines(text);
	const wanted = old.split(/\r?\n/);
	const endsLine = wanted.length > 1 && wanted.at(-1) === '';
	if (endsLine) wanted.pop();
	if (wanted.every((line) => line.trim() === '')) return { kind: 'missing' };
	for (const [step, normalise] of steps) {
		const starts = findWindows(file, wanted.map(normalise), normalise);
		if (starts.length > 1)
			return { kind: 'ambiguous', step, lines: starts.map((start) => start + 1) };
		const start = starts[0];
		if (start === undefined) continue;
		const window = file.slice(start, start + wanted.length);
		const indented = reindent(
			replacement.split(/\r?\n/),
			wanted,
			window.map((line) => line.text),
		);
		if (indented === undefined) return { kind: 'missing' };
		const from = window[0]?.start ?? 0;
		const last = window.at(-1);
		const to = last === undefined ? from : endsLine ? last.next : last.end;
		return {
			kind: 'applied',
			step,
			text: text.slice(0, from) + indented.join(eol) + text.slice(to),
			line: start + 1,
		};
	}
	return { kind: 'missing' };
}

const toEol = (text: string, eol: string): string =>
	eol === '\n' ? text : text.replaceAll(/\r?\n/g, eol);

function applyExact(text: string, old: string, replacement: string): MatchOutcome {
	const places: number[] = [];
	for (let at = text.indexOf(old); at !== -1 && places.length < 20; at = text.indexOf(old, at + 1))
		places.push(at);
	const [place] = places;
	if (place === undefined) return { kind: 'missing' };
	const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
	if (places.length > 1) return { kind: 'ambiguous', step: 'exact', lines: places.map(lineOf) };
	return {
		kind: 'applied',
		step: 'exact',
		text: text.slice(0, place) + replacement + text.slice(place + old.length),
		line: lineOf(place),
	};
}

interface Line {
	readonly text: string;
	readonly start: number;
	/** Offset of the line's end, and of the next line. */
	readonly end: number;
	readonly next: number;
}

function splitLines(text: string): readonly Line[] {
	const lines: Line[] = [];
	for (let start = 0; start <= text.length;) {
		const feed = text.indexOf('\n', start);
		const next = feed === -1 ? text.length + 1 : feed + 1;
		const stop = feed === -1 ? text.length : feed;
		const end = stop > start && text[stop - 1] === '\r' ? stop - 1 : stop;
		lines.push({ text: text.slice(start, end), start, end, next: Math.min(next, text.length) });
		start = next;
	}
	return lines;
}

type Normalise = (line: string) => string;
const steps: readonly (readonly [LadderStep, Normalise])[] = [
	['trailing_space', (line) => line.trimEnd()],
	['edge_space', (line) => line.trim()],
	['unicode', (line) => plainCharacters(line).trim()],
];

/** Look-alikes a model types for each other. Letters are left alone: they are names. */
const plainCharacters = (line: string): string =>
	line
		.normalize('NFC')
		.replaceAll(/[\u2018\u2019\u201A\u201B\u2032]/g, "'")
		.replaceAll(/[\u201C\u201D\u201E\u201F\u2033]/g, '"')
		.replaceAll(/[\u2010-\u2015\u2212]/g, '-')
		.replaceAll(/[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g, ' ')
		.replaceAll(/[\u200B-\u200D\u2060\uFEFF]/g, '')
		.replaceAll('\u2026', '...');

function findWindows(
	file: readonly Line[],
	wanted: readonly string[],
	normalise: Normalise,
): readonly number[] {
	const lines = file.map((line) => normalise(line.text));
	const starts: number[] = [];
	for (let start = 0; start + wanted.length <= lines.length; start += 1)
		if (wanted.every((line, index) => lines[start + index] === line)) starts.push(start);
	return starts;
}

const indentOf = (line: string): string => /^[\t ]*/.exec(line)?.[0] ?? '';

/**
 * Gives the replacement the file's indentation, learnt from how the lines of `old` differ from the lines
 * they matched. Undefined when one indentation of `old` stands for two of the file: then the shape differs
 * and nothing can be concluded.
 */
function reindent(
	replacement: readonly string[],
	old: readonly string[],
	file: readonly string[],
): readonly string[] | undefined {
	const learnt = new Map<string, string>();
	for (const [index, line] of old.entries()) {
		if (line.trim() === '') continue;
		const indent = indentOf(line);
		const actual = indentOf(file[index] ?? '');
		if ((learnt.get(indent) ?? actual) !== actual) return undefined;
		learnt.set(indent, actual);
	}
	const known = [...learnt.keys()].sort((a, b) => b.length - a.length);
	const unit = spacesPerTab(learnt);
	return replacement.map((line) => {
		if (line.trim() === '') return line;
		const indent = indentOf(line);
		const base = known.find((candidate) => indent.startsWith(candidate));
		const body = line.slice(indent.length);
		if (base !== undefined) {
			const rest = indent.slice(base.length);
			return `${learnt.get(base) ?? ''}${unit === undefined ? rest : toTabs(rest, unit)}${body}`;
		}
		// Less than anything learnt: take off the same amount from the shallowest known one.
		const shallow = known.at(-1) ?? '';
		const actual = learnt.get(shallow) ?? '';
		const missing = shallow.length - indent.length;
		const width = unit === undefined ? missing : Math.round(missing / unit);
		return `${actual.slice(0, Math.max(0, actual.length - width))}${body}`;
	});
}

/** How many spaces of `old` stand for one tab of the file, when that is the difference. */
function spacesPerTab(learnt: ReadonlyMap<string, string>): number | undefined {
	for (const [old, actual] of learnt)
		if (/^ +$/.test(old) && /^\t+$/.test(actual) && old.length % actual.length === 0)
			return old.length / actual.length;
	return undefined;
}

const toTabs = (indent: string, unit: number): string =>
	/^ +$/.test(indent) && indent.length % unit === 0 ? '\t'.repeat(indent.length / unit) : indent;
