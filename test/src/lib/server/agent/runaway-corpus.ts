import type { OutputKind } from '#lib/server/agent/runaway.ts';

export type Sample = readonly [name: string, kind: OutputKind, text: string];

const lines = (count: number, line: (at: number) => string): string =>
	Array.from({ length: count }, (_, at) => `${line(at)}\n`).join('');
/** Numbers that look random and are the same each time. */
const noise = (count: number, base: number): readonly number[] => {
	let state = 7;
	return Array.from({ length: count }, () => (state = (state * 48271) % 2147483647) % base);
};
const pick = (letters: string, count: number): string =>
	noise(count, letters.length)
		.map((at) => letters[at])
		.join('');
const words = ['page', 'list', 'form', 'user', 'note', 'blue', 'green', 'card', 'menu', 'date'];
const prose = (count: number): string =>
	noise(count, 10)
		.map((at, index) => words[(at + index) % 10])
		.join(' ');
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** What a model may write, however long and even it is. */
export const fine: readonly Sample[] = [
	// prose
	['a long explanation', 'text', prose(5000)],
	['a table', 'text', lines(200, (at) => `| ${at} | value ${at * 7} | ok |`)],
	['a table of equal rows', 'text', lines(90, () => '| yes | no | maybe | 0 | 0 |')],
	['a long divider', 'text', `${'-'.repeat(2000)}\nText.\n`],
	['a very long divider', 'text', `Before\n${'='.repeat(9000)}\nAfter\n`],
	[
		'dividers between sections',
		'text',
		lines(60, (at) => `${'─'.repeat(60)}\nSection ${words[at % 10]} ${at}`),
	],
	['a list of short answers', 'text', 'Yes.\n'.repeat(100)],
	['a checklist', 'text', lines(150, (at) => `- [x] ${words[at % 10]} ${words[(at * 3) % 10]}`)],
	['a numbered list', 'text', lines(200, (at) => `${at + 1}. ${prose(6).slice(at % 20)}`)],
	['an empty grid', 'text', lines(100, () => '|   |   |   |   |   |   |   |')],
	['ASCII art', 'text', lines(80, (at) => ' '.repeat(at % 40) + '*'.repeat(80 - (at % 40)))],
	['a progress log', 'text', lines(100, (at) => `Step ${at}: ${prose(4 + (at % 5))}`)],
	['a short chorus', 'text', 'Row, row, row your boat, gently down the stream.\n'.repeat(40)],
	['emoji', 'text', '🎉'.repeat(1500)],
	['spaces', 'text', `a${' '.repeat(6000)}b`],
	['Chinese', 'text', pick('的一是不了人我在有他这为之大来以个中上们', 8000)],
	['code in prose', 'text', lines(100, (at) => `const ${words[at % 10]}${at} = ${at * 3};`)],
	['JSON in prose', 'text', JSON.stringify(noise(2000, 1000))],
	['counting a table on', 'text', lines(400, (at) => `| item number ${at} | is in stock |`)],
	['a price list', 'text', lines(400, (at) => `item number ${at};in stock;${at * 2}.00`)],
	// files
	['a data file', 'hidden', lines(5000, (at) => `| ${at} | value ${at * 7} | ok |`)],
	['a CSV of equal rows', 'hidden', '0,0,0,0,0,0,0,0\n'.repeat(4000)],
	['an SVG path', 'hidden', 'M0 0L1 1'.repeat(2000)],
	['a long SVG path', 'hidden', 'l1,1 '.repeat(12_000)],
	[
		'an SVG path of many points',
		'hidden',
		noise(20_000, 500)
			.map((at) => `L${at} ${at % 97}`)
			.join(''),
	],
	['many equal table cells', 'hidden', '<td>0</td>'.repeat(1500)],
	['more equal table cells', 'hidden', '<td>0</td>'.repeat(6000)],
	['a table of a page', 'hidden', '<tr><td>1</td><td>2</td><td>open</td></tr>\n'.repeat(450)],
	[
		'skeleton rows',
		'hidden',
		'<div class="h-4 animate-pulse rounded bg-gray-200"></div>\n'.repeat(300),
	],
	['utility styles', 'hidden', lines(2000, (at) => `.m-${at} { margin: ${at}px; }`)],
	['equal style rules', 'hidden', '.a { margin: 0; }\n'.repeat(1000)],
	['key frames', 'hidden', lines(100, (at) => `${at}% { transform: rotate(${at * 3.6}deg); }`)],
	['custom properties', 'hidden', lines(1000, (at) => `--gray-${at}: oklch(${at / 1000} 0 0);`)],
	['a data URL', 'hidden', `data:image/png;base64,${pick(base64, 60_000)}`],
	['an empty picture', 'hidden', `data:image/png;base64,${'A'.repeat(80_000)}`],
	['a picture of one colour', 'hidden', `data:image/bmp;base64,${'/wD/'.repeat(20_000)}`],
	['a field of zeros', 'hidden', `[${'0, '.repeat(20_000)}0]`],
	['a tile map', 'hidden', lines(300, () => `[${'1,'.repeat(99)}1],`)],
	['a level of a game', 'hidden', lines(200, () => '#'.repeat(200))],
	['a bit mask', 'hidden', '01'.repeat(30_000)],
	['hex bytes', 'hidden', '0x00, '.repeat(9000)],
	['a matrix', 'hidden', '[0, 0, 0, 1],\n'.repeat(4000)],
	[
		'a JSON array of records',
		'hidden',
		lines(2000, (at) => `{"id":${at},"name":"${words[at % 10]} ${at}","done":false},`),
	],
	[
		'translations',
		'hidden',
		lines(3000, (at) => `"${words[at % 10]}_${at}": "${prose(3)} ${at}",`),
	],
	[
		'a word list',
		'hidden',
		noise(20_000, 1000)
			.map((at) => `${words[at % 10]}${at}`)
			.join('\n'),
	],
	['escaped text', 'hidden', JSON.stringify(lines(2000, (at) => `"${words[at % 10]}"\t${at}`))],
	[
		'a generated component',
		'hidden',
		lines(1500, (at) => `<Card title="${words[at % 10]}" index={${at}} />`),
	],
	['blank lines', 'hidden', '\n'.repeat(30_000)],
	['comment rules', 'hidden', `/* ${'*'.repeat(30_000)} */`],
	['minified code', 'hidden', lines(800, (at) => `function f${at}(a,b){return a+b*${at}}`)],
	['thinking', 'hidden', prose(20_000)],
];

/** What a model says when it is stuck. */
export const runaway: readonly Sample[] = [
	['one character', 'text', 'a'.repeat(20_000)],
	['one sentence', 'text', 'I will fix it now. '.repeat(300)],
	['one sentence with line ends', 'text', 'I will fix it now.\n\n'.repeat(300)],
	[
		'a paragraph',
		'text',
		'Let me check the file again, since it may have changed.\nIt has not.\n'.repeat(90),
	],
	[
		'after a good start',
		'text',
		lines(100, (at) => `| ${at} | ok |`) + 'and again and '.repeat(600),
	],
	['after a long good start', 'text', prose(3000) + 'Done. Done! Is it done? '.repeat(300)],
	['prose without end', 'text', lines(3000, (at) => `| ${at} | value ${at * 7} | ok |`)],
	['a call in words', 'text', '{"tool": "read", "path": "src/App.svelte"}\n'.repeat(200)],
	['a call in tags', 'text', '<read path="src/App.svelte" />\n'.repeat(250)],
	['an apology', 'text', 'I am sorry. '.repeat(3000)],
	['another language', 'text', 'Ich sehe mir die Datei noch einmal an. '.repeat(200)],
	['Cyrillic', 'text', 'Сейчас исправлю. '.repeat(400)],
	[
		'attempts that are counted',
		'text',
		lines(400, (at) => `Attempt ${at}: I read the file again.`),
	],
	['times that pass', 'text', lines(300, (at) => `At 12:${at} I wait for the build to end.`)],
	['a divider without end', 'text', '='.repeat(40_000)],
	['an empty table without end', 'text', '|   |   |   |\n'.repeat(2000)],
	['a tool input without end', 'hidden', '<div class="a"></div>\\n'.repeat(4000)],
	['an import without end', 'hidden', "import Card from './Card.svelte';\\n".repeat(2000)],
	['thinking in a circle', 'hidden', 'Wait, let me reconsider this. '.repeat(2000)],
	['thinking in a larger circle', 'hidden', `${prose(200)} So where was I? `.repeat(60)],
	['a style rule without end', 'hidden', '.a { margin: 0; }\n'.repeat(4000)],
	['a comment without end', 'hidden', '// TODO: implement\n'.repeat(3000)],
	['zeros without end', 'hidden', '0, '.repeat(80_000)],
	['a letter without end', 'hidden', 'A'.repeat(200_000)],
	['after a whole file', 'hidden', lines(3000, (at) => `<p>${at}</p>`) + '</div>\n'.repeat(6000)],
];
