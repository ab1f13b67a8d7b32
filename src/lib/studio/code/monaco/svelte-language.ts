import type { languages } from 'monaco-editor/editor';

/** Brackets, comments and closing pairs of Svelte components. */
export const svelteConfiguration: languages.LanguageConfiguration = {
	comments: { blockComment: ['<!--', '-->'] },
	brackets: [
		['{', '}'],
		['(', ')'],
		['[', ']'],
	],
	autoClosingPairs: [
		{ open: '{', close: '}' },
		{ open: '[', close: ']' },
		{ open: '(', close: ')' },
		{ open: '"', close: '"' },
		{ open: "'", close: "'" },
		{ open: '`', close: '`' },
		{ open: '<!--', close: ' -->' },
	],
	surroundingPairs: [
		{ open: '{', close: '}' },
		{ open: '[', close: ']' },
		{ open: '(', close: ')' },
		{ open: '"', close: '"' },
		{ open: "'", close: "'" },
		{ open: '`', close: '`' },
		{ open: '<', close: '>' },
	],
	folding: {
		markers: { start: /^\s*(<script\b|<style\b|\{#)/, end: /^\s*(<\/script|<\/style|\{\/)/ },
	},
};

const keywords = [
	...['as', 'async', 'await', 'break', 'case', 'catch', 'class', 'const', 'continue', 'default'],
	...['delete', 'do', 'else', 'export', 'extends', 'false', 'finally', 'for', 'from', 'function'],
	...['if', 'import', 'in', 'instanceof', 'interface', 'let', 'new', 'null', 'of', 'return'],
	...['satisfies', 'static', 'super', 'switch', 'this', 'throw', 'true', 'try', 'type', 'typeof'],
	...['undefined', 'var', 'void', 'while', 'yield'],
];

/**
 * Tokens of a Svelte component: markup with tags, directives, `{#blocks}` and `{expressions}`; scripts and
 * styles are handed to the editor's own TypeScript and CSS tokens.
 */
export const svelteTokens: languages.IMonarchLanguage = {
	defaultToken: '',
	tokenPostfix: '.svelte',
	keywords,
	tokenizer: {
		root: [
			[/<!--/, 'comment', '@comment'],
			[/(<)(script)(?=[\s>])/, ['delimiter.tag', { token: 'tag', next: '@scriptTag' }]],
			[/(<)(style)(?=[\s>])/, ['delimiter.tag', { token: 'tag', next: '@styleTag' }]],
			[/(<\/?)([A-Z][\w.]*)/, ['delimiter.tag', { token: 'type.identifier', next: '@tag' }]],
			[/(<\/?)([a-z][\w:.-]*)/, ['delimiter.tag', { token: 'tag', next: '@tag' }]],
			[/\{/, { token: 'delimiter.mustache', next: '@mustache' }],
			[/&\w+;/, 'string.escape'],
			[/[^<{&]+/, ''],
			[/./, ''],
		],
		comment: [
			[/-->/, 'comment', '@pop'],
			[/[^-]+/, 'comment'],
			[/./, 'comment'],
		],
		tag: [[/\s+/, ''], [/\/?>/, 'delimiter.tag', '@pop'], { include: '@attributes' }],
		scriptTag: [
			[/\s+/, ''],
			[/\/>/, 'delimiter.tag', '@pop'],
			[/>/, { token: 'delimiter.tag', switchTo: '@scriptBody', nextEmbedded: 'typescript' }],
			{ include: '@attributes' },
		],
		scriptBody: [
			[/<\/script\s*>/, { token: '@rematch', next: '@scriptEnd', nextEmbedded: '@pop' }],
		],
		scriptEnd: [
			[
				/(<\/)(script)(\s*>)/,
				['delimiter.tag', 'tag', { token: 'delimiter.tag', next: '@popall' }],
			],
		],
		styleTag: [
			[/\s+/, ''],
			[/\/>/, 'delimiter.tag', '@pop'],
			[/>/, { token: 'delimiter.tag', switchTo: '@styleBody', nextEmbedded: 'css' }],
			{ include: '@attributes' },
		],
		styleBody: [[/<\/style\s*>/, { token: '@rematch', next: '@styleEnd', nextEmbedded: '@pop' }]],
		styleEnd: [
			[/(<\/)(style)(\s*>)/, ['delimiter.tag', 'tag', { token: 'delimiter.tag', next: '@popall' }]],
		],
		attributes: [
			[/\{/, { token: 'delimiter.mustache', next: '@mustache' }],
			[/([a-z]+)(:)([\w$.|-]*)/, ['keyword', 'delimiter', 'attribute.name']],
			[/[\w$@-]+/, 'attribute.name'],
			[/=/, 'delimiter'],
			[/"/, { token: 'attribute.value', next: '@doubleValue' }],
			[/'/, { token: 'attribute.value', next: '@singleValue' }],
			[/[^\s"'{}>=]+/, 'attribute.value'],
		],
		doubleValue: [
			[/"/, { token: 'attribute.value', next: '@pop' }],
			[/\{/, { token: 'delimiter.mustache', next: '@mustache' }],
			[/[^"{]+/, 'attribute.value'],
		],
		singleValue: [
			[/'/, { token: 'attribute.value', next: '@pop' }],
			[/\{/, { token: 'delimiter.mustache', next: '@mustache' }],
			[/[^'{]+/, 'attribute.value'],
		],
		mustache: [
			[
				/[#:/@](?:if|else if|else|each|await|then|catch|key|snippet|html|render|const|debug|attach)\b/,
				'keyword.block',
			],
			{ include: '@expression' },
		],
		expression: [
			[/\{/, { token: 'delimiter.bracket', next: '@braces' }],
			[/\}/, { token: 'delimiter.mustache', next: '@pop' }],
			{ include: '@values' },
		],
		braces: [
			[/\{/, { token: 'delimiter.bracket', next: '@braces' }],
			[/\}/, { token: 'delimiter.bracket', next: '@pop' }],
			{ include: '@values' },
		],
		values: [
			[/\/\*/, 'comment', '@blockComment'],
			[/\/\/.*$/, 'comment'],
			[/\$(?:state|derived|effect|props|bindable|inspect|host)\b/, 'keyword'],
			[
				/[a-zA-Z_$][\w$]*(?=\s*\()/,
				{ cases: { '@keywords': 'keyword', '@default': 'identifier.call' } },
			],
			[/[A-Z][\w$]*/, 'type.identifier'],
			[/[a-z_$][\w$]*/, { cases: { '@keywords': 'keyword', '@default': 'identifier' } }],
			[/\d[\d_]*(?:\.\d+)?/, 'number'],
			[/"(?:[^"\\]|\\.)*"?/, 'string'],
			[/'(?:[^'\\]|\\.)*'?/, 'string'],
			[/`/, { token: 'string', next: '@template' }],
			[/[()[\]]/, 'delimiter.bracket'],
			[/[;,.]/, 'delimiter'],
			[/[=!<>+\-*/%&|^~?:]+/, 'operator'],
			[/\s+/, ''],
		],
		blockComment: [
			[/\*\//, 'comment', '@pop'],
			[/[^*]+/, 'comment'],
			[/./, 'comment'],
		],
		template: [
			[/`/, { token: 'string', next: '@pop' }],
			[/\$\{/, { token: 'delimiter.mustache', next: '@braces' }],
			[/(?:[^`\\$]|\\.)+/, 'string'],
			[/\$/, 'string'],
		],
	},
};

/** JSON has no tokens among the editor's plain languages. */
export const jsonTokens: languages.IMonarchLanguage = {
	defaultToken: '',
	tokenPostfix: '.json',
	tokenizer: {
		root: [
			[/"(?:[^"\\]|\\.)*"(?=\s*:)/, 'attribute.name'],
			[/"(?:[^"\\]|\\.)*"?/, 'string'],
			[/\b(?:true|false|null)\b/, 'keyword'],
			[/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/, 'number'],
			[/[{}[\],:]/, 'delimiter'],
		],
	},
};
