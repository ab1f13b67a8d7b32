import type { LadderStep } from '#lib/server/agent/tools/match.ts';

export interface AppliedCase {
	readonly name: string;
	readonly step: LadderStep;
	readonly file: string;
	readonly old: string;
	readonly new: string;
	/** The text of the file that is to be replaced, and what is to stand there afterwards. */
	readonly place: string;
	readonly result: string;
}
export interface RefusedCase {
	readonly name: string;
	readonly kind: 'missing' | 'ambiguous';
	readonly file: string;
	readonly old: string;
}

const component = `<script lang="ts">
	import { data } from '$data';

	let items = $state([]);
	let name = $state('');

	async function add() {
		if (name === '') return;
		await data.items.create({ name });
		name = '';
	}

	function clear() {
		items = [];
		name = '';
	}
</script>

<h1>Items</h1>
<ul>
	{#each items as item (item.id)}
		<li>{item.name}</li>
	{/each}
</ul>
<button onclick={add}>Add</button>
<button onclick={clear}>Clear</button>
`;
const windows = component.replaceAll('\n', '\r\n');
const trailing = component.replaceAll(';\n', ';  \n');
const prose = `# Wishes\n\nShe said “hello” – and left…\nIt’s a test with a\u00A0hard space.\n`;

const exact = (
	name: string,
	file: string,
	old: string,
	replacement: string,
	place = old,
	result = replacement,
): AppliedCase => ({ name, step: 'exact', file, old, new: replacement, place, result });
const at =
	(step: LadderStep) =>
	(
		name: string,
		file: string,
		old: string,
		replacement: string,
		place: string,
		result: string,
	): AppliedCase => ({ name, step, file, old, new: replacement, place, result });
const space = at('trailing_space');
const edge = at('edge_space');
const unicode = at('unicode');

export const applies: readonly AppliedCase[] = [
	// exact
	exact('a word', component, 'Items</h1>', 'Things</h1>'),
	exact(
		'inside a line',
		component,
		'data.items.create({ name })',
		'data.items.create({ name, done: false })',
	),
	exact('a whole line', component, '<h1>Items</h1>\n', '<h1>Things</h1>\n'),
	exact('several lines', component, '<ul>\n\t{#each', '<ol>\n\t{#each'),
	exact('deleting', component, '<button onclick={clear}>Clear</button>\n', ''),
	exact('the first line', component, '<script lang="ts">', '<script>'),
	exact('the last line', component, '<button onclick={clear}>Clear</button>\n', '<p>end</p>\n'),
	exact('the whole file', 'a\nb\n', 'a\nb\n', 'c\n'),
	exact('one character', 'x = 1\n', '1', '2'),
	exact('special characters of patterns', 'if (a[0].b*) {$}\n', '(a[0].b*) {$}', '(c)'),
	exact('dollar signs in the replacement', 'cost\n', 'cost', '$& $1'),
	exact('a file without a last line end', 'a\nb', 'b', 'c'),
	exact('Windows line ends, one line', windows, '<h1>Items</h1>', '<h1>Things</h1>'),
	exact(
		'Windows line ends, several lines written with \\n',
		windows,
		'<ul>\n\t{#each items as item (item.id)}',
		'<ol>\n\t{#each items as item (item.id)}',
		'<ul>\r\n\t{#each items as item (item.id)}',
		'<ol>\r\n\t{#each items as item (item.id)}',
	),
	exact('curly quotes as they are', prose, '“hello”', '“bye”'),
	exact('emoji', 'a 👩‍🚀 b\n', '👩‍🚀', '🚀'),
	exact('text that also occurs with other case', 'Name name\n', 'Name', 'Title'),
	exact('only blanks changed', 'a  b\n', 'a  b', 'a b'),
	// trailing_space
	space(
		'spaces at line ends in the file',
		trailing,
		"\tlet items = $state([]);\n\tlet name = $state('');",
		'\tlet items = $state([1]);',
		"\tlet items = $state([]);  \n\tlet name = $state('');  ",
		'\tlet items = $state([1]);',
	),
	space(
		'spaces at line ends in old',
		component,
		'<h1>Items</h1>   \n<ul> ',
		'<h1>Things</h1>\n<ul>',
		'<h1>Items</h1>\n<ul>',
		'<h1>Things</h1>\n<ul>',
	),
	space('a blank line that holds a tab', 'a\n\t\nb\n', 'a\n\nb', 'c\nb', 'a\n\t\nb', 'c\nb'),
	space(
		'old ends with a line end, so does the place',
		'a;  \nb;\nc;\n',
		'a;\nb;\n',
		'x;\n',
		'a;  \nb;\n',
		'x;\n',
	),
	space('deleting lines', 'a;  \nb;\nc;\n', 'a;\nb;\n', '', 'a;  \nb;\n', ''),
	space('the last line, without its end', 'a; \nb;  ', 'a;\nb;', 'c', 'a; \nb;  ', 'c'),
	space('Windows line ends', 'a; \r\nb\r\nc\r\n', 'a;\nb', 'x\ny', 'a; \r\nb', 'x\r\ny'),
	// edge_space
	edge(
		'no indentation in old',
		component,
		"async function add() {\n\tif (name === '') return;",
		"async function add() {\n\tif (name.trim() === '') return;",
		"\tasync function add() {\n\t\tif (name === '') return;",
		"\tasync function add() {\n\t\tif (name.trim() === '') return;",
	),
	edge(
		'two spaces for a tab',
		component,
		'<ul>\n  {#each items as item (item.id)}\n    <li>{item.name}</li>',
		'<ul>\n  {#each items as item (item.id)}\n    <li>\n      <b>{item.name}</b>\n    </li>',
		'<ul>\n\t{#each items as item (item.id)}\n\t\t<li>{item.name}</li>',
		'<ul>\n\t{#each items as item (item.id)}\n\t\t<li>\n\t\t\t<b>{item.name}</b>\n\t\t</li>',
	),
	edge(
		'four spaces for a tab',
		component,
		"    async function add() {\n        if (name === '') return;",
		'    async function add() {\n        if (!name) {\n            return;\n        }',
		"\tasync function add() {\n\t\tif (name === '') return;",
		'\tasync function add() {\n\t\tif (!name) {\n\t\t\treturn;\n\t\t}',
	),
	edge(
		'a tab for two spaces',
		'<ul>\n  <li>one</li>\n</ul>\n',
		'<ul>\n\t<li>one</li>',
		'<ul>\n\t<li>two</li>',
		'<ul>\n  <li>one</li>',
		'<ul>\n  <li>two</li>',
	),
	edge(
		'too much indentation in old',
		'a\n\tb\nc\n',
		'\t\ta\n\t\t\tb\n\t\tc',
		'\t\ta\n\t\t\tx\n\t\tc',
		'a\n\tb\nc',
		'a\n\tx\nc',
	),
	edge(
		'one line, one level off',
		component,
		"  if (name === '') return;\n",
		'  if (!name) return;\n',
		"\t\tif (name === '') return;\n",
		'\t\tif (!name) return;\n',
	),
	edge(
		'lines added one level deeper than any in old',
		'\tif (a) b();\n',
		'  if (a) b();\n',
		'  if (a) {\n    b();\n  }\n',
		'\tif (a) b();\n',
		'\tif (a) {\n\t\tb();\n\t}\n',
	),
	edge(
		'a line of the replacement with less than old had',
		'\t\tone\n\t\ttwo\n',
		'\tone\n\ttwo\n',
		'\tone\nzero\n',
		'\t\tone\n\t\ttwo\n',
		'\t\tone\n\tzero\n',
	),
	edge(
		'blank lines between, kept empty',
		'\ta\n\n\tb\n',
		'a\n\nb\n',
		'a\n\nc\n',
		'\ta\n\n\tb\n',
		'\ta\n\n\tc\n',
	),
	edge(
		'Windows line ends',
		'\ta\r\n\tb\r\n',
		'a\nb\n',
		'a\nc\n',
		'\ta\r\n\tb\r\n',
		'\ta\r\n\tc\r\n',
	),
	edge('deleting an indented line', '\ta\n\tb\n', 'a\nb\n', '', '\ta\n\tb\n', ''),
	// unicode
	unicode(
		'straight quotes for curly ones',
		prose,
		'She said "hello" - and left...',
		'She said "bye".',
		'She said “hello” – and left…',
		'She said "bye".',
	),
	unicode(
		'apostrophe and hard space',
		prose,
		"It's a test with a hard space.",
		'It works.',
		'It’s a test with a\u00A0hard space.',
		'It works.',
	),
	unicode(
		'composed and decomposed letters',
		'<p>Scho\u0308n</p>\n',
		'<p>Schön</p>',
		'<p>Fein</p>',
		'<p>Scho\u0308n</p>',
		'<p>Fein</p>',
	),
	unicode(
		'a zero-width space in the file',
		'one\u200B two\n',
		'one two',
		'three',
		'one\u200B two',
		'three',
	),
	unicode('an em dash for a hyphen', 'a — b\n', 'a - b', 'c', 'a — b', 'c'),
	unicode(
		'curly quotes in old, straight in the file',
		"const a = 'x';\n",
		'const a = ‘x’;',
		"const a = 'y';",
		"const a = 'x';",
		"const a = 'y';",
	),
	unicode(
		'indented as well',
		'\t<p>“a”</p>\n',
		'<p>"a"</p>',
		'<p>"b"</p>',
		'\t<p>“a”</p>',
		'\t<p>"b"</p>',
	),
];

const missing = (name: string, file: string, old: string): RefusedCase => ({
	name,
	kind: 'missing',
	file,
	old,
});
const ambiguous = (name: string, file: string, old: string): RefusedCase => ({
	name,
	kind: 'ambiguous',
	file,
	old,
});

/** Near misses: each is one small thing away from a match, and must not be taken for one. */
export const refuses: readonly RefusedCase[] = [
	missing('another word', component, '<h1>Item</h1>'),
	missing('another case', component, '<H1>Items</H1>'),
	missing('another case of a letter', component, '<h1>items</h1>'),
	missing('a missing semicolon', component, "\tlet items = $state([])\n\tlet name = $state('')"),
	missing('one space less inside a line', component, "\tif (name ==='') return;"),
	missing('one space more inside a line', component, '<h1>Items </h1>'),
	missing('double for single quotes', component, '\tlet name = $state("");'),
	missing('a backtick for a quote', component, '\tlet name = $state(``);'),
	missing(
		'lines in another order',
		component,
		"\tlet name = $state('');\n\tlet items = $state([]);",
	),
	missing(
		'a line left out in the middle',
		component,
		'\tasync function add() {\n\t\tawait data.items.create({ name });',
	),
	missing(
		'a line that is not there',
		component,
		'<ul>\n\t<li>x</li>\n\t{#each items as item (item.id)}',
	),
	missing('a blank line too much', component, '<h1>Items</h1>\n\n<ul>'),
	missing('a blank line too few', component, '</script>\n<h1>Items</h1>'),
	missing('a number that differs', 'margin: 16px;\n', 'margin: 1px;'),
	missing(
		'half a word at a line end, indented otherwise',
		'\tconst value = compute();\n',
		'  const value = comp',
	),
	missing('part of a line with other indentation', component, '  await data.items.create({ na'),
	missing('line numbers copied along', component, '19|<h1>Items</h1>\n20|<ul>'),
	missing('dots for left-out lines', component, '<ul>\n...\n</ul>'),
	missing('a longer text than the file', 'a\n', 'a\nb\nc'),
	missing('only blank lines', 'a\n \n\t\nb\n', '  \n  '),
	missing('only blanks', 'a\n', '   '),
	missing('a look-alike letter (Cyrillic a)', 'const a = 1;\n', 'const \u0430 = 1;'),
	missing('a full-width digit', 'x = 1;\n', 'x = \uFF11;'),
	missing('a ligature', 'file\n', '\uFB01le'),
	missing('an accent that is not there', 'resume\n', 'résumé'),
	missing('a hyphen for a minus in a name', 'a_b\n', 'a-b'),
	missing('an empty file', '', 'a'),
	missing('a comment that differs', '// one\nrun();\n', '// two\nrun();'),
	missing('one indentation that stands for two', '\ta {\n\t\tb\n\t}\n', 'a {\nb\n}'),
	missing('an operator that differs', 'if (a >= b) c();\n', 'if (a > b) c();'),
	missing('a negation left out', '@request.auth.id != ""\n', '@request.auth.id = ""'),
	ambiguous('twice exactly', component, "name = '';"),
	ambiguous('twice in one line', 'a a\n', 'a'),
	ambiguous('overlapping', 'aaa\n', 'aa'),
	ambiguous('twice but for trailing space', 'x;  \ny\nx; \ny\n', 'x;\ny'),
	ambiguous('twice but for indentation', '\tfoo();\n\tend\n\t\tfoo();\n\t\tend\n', 'foo();\nend\n'),
	ambiguous('twice in Unicode only', 'p “a” q\np „a‟ q\n', 'p "a" q'),
	ambiguous('a short text that stands everywhere', component, '\n'),
];
