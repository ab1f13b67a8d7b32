import type { AppliedCase, RefusedCase } from './match-corpus.ts';

/**
 * Places in files as apps have them, crossed with every way a model bends what it copies: what is benign must be
 * applied at the right place, what is a near miss must be refused.
 */
interface Place {
	readonly name: string;
	readonly file: string;
	/** Lines from the file, three at least; they occur in it once. */
	readonly lines: readonly string[];
}

const board = `<script>
	import { collection } from '$data';
	const cards = collection('cards').list({ sort: '-created', perPage: 30 });
	let title = $state('');
	let error = $state(null);

	async function add(event) {
		event.preventDefault();
		if (title.trim() === '') return;
		try {
			await collection('cards').create({ title, column: 'todo', position: 12 });
			title = '';
		} catch (cause) {
			error = cause.message;
		}
	}
</script>

<form onsubmit={add}>
	<label for="title">What is next?</label>
	<input id="title" bind:value={title} maxlength="80" />
	<button type="submit" disabled={title === ''}>Add it</button>
</form>
<ul class="board">
	{#each cards.items as card (card.id)}
		<li class="card {card.column}">
			<b>{card.title}</b>
			<span class="by">by {card.author ?? 'somebody'}</span>
		</li>
	{:else}
		<li class="empty">Nothing here yet. Add the first card.</li>
	{/each}
</ul>

<style>
	.board {
		display: grid;
		grid-template-columns: repeat(3, 1fr);
		gap: 12px;
	}
	.card {
		padding: 8px 10px;
		border: 1px solid var(--line);
		border-radius: 6px;
	}
	.empty {
		color: var(--text-2);
		font-style: italic;
	}
</style>
`;
const money = `/** Money as whole cents: no sum is ever off by one. */
export interface Price {
	readonly cents: number;
	readonly currency: 'EUR' | 'USD';
}

const symbols = {
	EUR: '€',
	USD: '$',
};

export function format(price: Price): string {
	const whole = Math.trunc(price.cents / 100);
	const rest = String(price.cents % 100).padStart(2, '0');
	return symbols[price.currency] + whole + '.' + rest;
}

export function total(prices: readonly Price[]): number {
	let sum = 0;
	for (const price of prices) {
		if (price.cents < 0) throw new RangeError('a negative price');
		sum += price.cents;
	}
	return sum;
}
`;

const between = (file: string, first: string, last: string): readonly string[] => {
	const lines = file.split('\n');
	const from = lines.findIndex((line) => line.trim().startsWith(first));
	const to = lines.findIndex((line, index) => index > from && line.trim().startsWith(last));
	if (from < 0 || to < from + 2) throw new Error(`no place from ${first} to ${last}`);
	return lines.slice(from, to + 1);
};
const place = (name: string, file: string, first: string, last: string): Place => ({
	name,
	file,
	lines: between(file, first, last),
});

const places: readonly Place[] = [
	place('a query', board, 'const cards', 'let error'),
	place('a handler', board, 'if (title.trim()', "title = '';"),
	place('a catch', board, "title = '';", 'error = cause'),
	place('a form', board, '<label', '<button'),
	place('a list', board, '<li class="card', '<span'),
	place('an empty state', board, '<span', '<li class="empty'),
	place('a style', board, 'display: grid', 'gap: 12px'),
	place('a card', board, 'padding: 8px', 'border-radius'),
	place('a type', money, 'export interface', 'readonly currency'),
	place('a table', money, 'const symbols', 'USD:'),
	place('a function', money, 'const whole', 'return symbols'),
	place('a loop', money, 'for (const price', 'sum += price'),
];

const join = (lines: readonly string[]): string => lines.join('\n');
const indentOf = (line: string): string => /^\t*/.exec(line)?.[0] ?? '';
const withLine = (lines: readonly string[], indent: string): readonly string[] => [
	...lines,
	`${indent}added();`,
];
const spaces = (width: number) => (line: string) =>
	line.replace(/^\t+/, (tabs) => ' '.repeat(tabs.length * width));

interface Bent {
	readonly file?: (text: string) => string;
	readonly old: (line: string) => string;
	/** How the lines stand in the file. */
	readonly inFile?: (line: string) => string;
	readonly eol?: string;
	readonly step: AppliedCase['step'];
	/** Does it change this place at all? */
	readonly fits?: (lines: readonly string[]) => boolean;
}

const same = (line: string): string => line;
const bends: Readonly<Record<string, Bent>> = {
	'as it is': { old: same, step: 'exact' },
	'Windows line ends': { old: same, eol: '\r\n', step: 'exact' },
	'spaces at the ends of the file': {
		old: same,
		inFile: (line) => `${line}  `,
		step: 'trailing_space',
	},
	'spaces at the ends of old': { old: (line) => `${line} `, step: 'trailing_space' },
	'one level less': {
		old: (line) => line.slice(1),
		step: 'edge_space',
		fits: (lines) => lines.every((line) => line.startsWith('\t')) && join(lines).includes('\n\t'),
	},
	'one level more': { old: (line) => `\t${line}`, step: 'edge_space' },
	'two spaces for a tab': {
		old: spaces(2),
		step: 'edge_space',
		fits: (lines) => /\t/.test(join(lines)),
	},
	'four spaces for a tab': {
		old: spaces(4),
		step: 'edge_space',
		fits: (lines) => /\t/.test(join(lines)),
	},
	'curly quotes in the file': {
		old: same,
		inFile: (line) => line.replaceAll("'", '’').replaceAll('"', '”'),
		step: 'unicode',
		fits: (lines) => /['"]/.test(join(lines)),
	},
	'hard spaces in the file': {
		old: same,
		inFile: (line) => line.replaceAll(' ', '\u00A0'),
		step: 'unicode',
		fits: (lines) => / /.test(join(lines)),
	},
};

export const crossedApplies: readonly AppliedCase[] = places.flatMap(({ name, file, lines }) =>
	Object.entries(bends)
		.filter(([, { fits }]) => fits?.(lines) ?? true)
		.map(([how, bent]) => {
			const eol = bent.eol ?? '\n';
			const shown = lines.map(bent.inFile ?? same);
			const indent = indentOf(lines.at(-1) ?? '');
			return {
				name: `${name}, ${how}`,
				step: bent.step,
				file: file.replace(join(lines), () => join(shown)).replaceAll('\n', eol),
				old: join(lines.map(bent.old)),
				new: join(withLine(lines, indent).map(bent.old)),
				place: shown.join(eol),
				// What is written is the replacement, in the indentation of the file.
				result: withLine(lines, indent)
					.map(bent.step === 'trailing_space' ? bent.old : same)
					.join(eol),
			};
		}),
);

const first = (lines: readonly string[], change: (line: string) => string): readonly string[] => [
	change(lines[0] ?? ''),
	...lines.slice(1),
];
const middle = (
	lines: readonly string[],
	change: (line: string) => readonly string[],
): readonly string[] => [lines[0] ?? '', ...change(lines[1] ?? ''), ...lines.slice(2)];

/** Each is one small thing away from the place. */
const misses: Readonly<Record<string, (lines: readonly string[]) => readonly string[]>> = {
	'a cut line': (lines) => first(lines, (line) => line.slice(0, -1)),
	'a longer line': (lines) => first(lines, (line) => `${line} //`),
	'a cut word at the front': (lines) => middle(lines, (line) => [line.trim().slice(1)]),
	'two lines swapped': ([a = '', b = '', ...rest]) => [b, a, ...rest],
	'a line left out': (lines) => middle(lines, () => []),
	'a line twice': (lines) => middle(lines, (line) => [line, line]),
	'a blank line more': (lines) => middle(lines, (line) => ['', line]),
	'dots for a line': (lines) => middle(lines, () => ['...']),
	'another case': (lines) => middle(lines, (line) => [line.toUpperCase()]),
	'the other quotes': (lines) =>
		lines.map((line) => line.replaceAll(/['"]/g, (quote) => (quote === '"' ? "'" : '"'))),
	'another number': (lines) => lines.map((line) => line.replaceAll(/\d/g, '7')),
	'two spaces for one': (lines) => lines.map((line) => line.replaceAll(/(\S) (?=\S)/g, '$1  ')),
	'no space between': (lines) => lines.map((line) => line.replaceAll(/(\S) (?=\S)/g, '$1')),
	'line numbers': (lines) => lines.map((line, index) => `${index + 12}|${line}`),
	'a look-alike letter': (lines) => lines.map((line) => line.replaceAll('a', '\u0430')),
	'an accent': (lines) => lines.map((line) => line.replaceAll('e', 'é')),
	'a comment behind': (lines) => middle(lines, (line) => [`${line} <!-- here -->`]),
	'a sign more': (lines) => middle(lines, (line) => [line.replace(/([\w'"])(\W*)$/, '$1!$2')]),
	'quoted as a diff': (lines) => lines.map((line) => `-${line}`),
	'in a fence': (lines) => ['```', ...lines, '```'],
};

const nearMisses: readonly RefusedCase[] = places.flatMap(({ name, file, lines }) =>
	Object.entries(misses).flatMap(([how, change]) => {
		const old = join(change(lines));
		// Where a change does nothing, or gives what stands there too, it is no miss.
		return old === join(lines) || file.includes(old)
			? []
			: [{ name: `${name}, ${how}`, kind: 'missing' as const, file, old }];
	}),
);

const twice: readonly RefusedCase[] = places.flatMap(({ name, file, lines }) =>
	(
		[
			['twice', lines],
			['twice, indented otherwise', lines.map((line) => `\t${line}`)],
		] as const
	).map(([how, second]) => ({
		name: `${name}, ${how}`,
		kind: 'ambiguous' as const,
		file: `${file}\n${join(second)}\n`,
		old: how === 'twice' ? join(lines) : join(lines.map((line) => line.trim())),
	})),
);

export const crossedRefuses: readonly RefusedCase[] = [...nearMisses, ...twice];
