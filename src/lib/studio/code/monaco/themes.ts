import type { editor } from 'monaco-editor/editor';

/** One quiet colour for all brackets, also where the editor thinks that one is out of place. */
const brackets = (colour: string): editor.IColors =>
	Object.fromEntries(
		[
			...['1', '2', '3', '4', '5', '6'].map((depth) => `foreground${depth}`),
			'unexpectedBracket.foreground',
		].map((name) => [`editorBracketHighlight.${name}`, colour]),
	);

/**
 * The look's colours for the editor. Monaco parses hexadecimal colours alone: these are the sRGB values of
 * the OKLCH tokens in ui/tokens.css. Every token colour has 4.5:1 or more on its background.
 */
export const darkTheme: editor.IStandaloneThemeData = {
	base: 'vs-dark',
	inherit: true,
	rules: [
		{ token: '', foreground: 'e2e1de' },
		{ token: 'comment', foreground: '868b97', fontStyle: 'italic' },
		{ token: 'keyword', foreground: 'ff9a76' },
		{ token: 'keyword.block', foreground: 'ff9a76', fontStyle: 'bold' },
		{ token: 'string', foreground: '8fd3a5' },
		{ token: 'string.escape', foreground: 'e0c074' },
		{ token: 'number', foreground: 'e0c074' },
		{ token: 'regexp', foreground: 'e0c074' },
		{ token: 'type', foreground: '84bff5' },
		{ token: 'type.identifier', foreground: '84bff5' },
		{ token: 'identifier.call', foreground: 'c9b6f5' },
		{ token: 'tag', foreground: '84bff5' },
		{ token: 'attribute.name', foreground: 'c9b6f5' },
		{ token: 'attribute.value', foreground: '8fd3a5' },
		{ token: 'delimiter', foreground: 'a3a7b1' },
		{ token: 'delimiter.mustache', foreground: 'ff9a76' },
		{ token: 'operator', foreground: 'a3a7b1' },
	],
	colors: {
		'editor.background': '#131418',
		'editor.foreground': '#e2e1de',
		'editorLineNumber.foreground': '#868b97',
		'editorLineNumber.activeForeground': '#c1c0bd',
		'editor.lineHighlightBackground': '#1a1b20',
		'editor.lineHighlightBorder': '#00000000',
		'editor.selectionBackground': '#5a372b',
		'editor.inactiveSelectionBackground': '#3a2c27',
		'editorCursor.foreground': '#ff7f52',
		'editorIndentGuide.background1': '#25272d',
		'editorIndentGuide.activeBackground1': '#42454d',
		'editorWidget.background': '#1b1d22',
		'editorWidget.border': '#2d2f36',
		'editorGutter.background': '#131418',
		'scrollbarSlider.background': '#42454d66',
		'scrollbarSlider.hoverBackground': '#42454dcc',
		focusBorder: '#ff7f52',
		...brackets('#a3a7b1'),
	},
};

export const lightTheme: editor.IStandaloneThemeData = {
	base: 'vs',
	inherit: true,
	rules: [
		{ token: '', foreground: '1d2027' },
		{ token: 'comment', foreground: '6a6e78', fontStyle: 'italic' },
		{ token: 'keyword', foreground: 'b83a0f' },
		{ token: 'keyword.block', foreground: 'b83a0f', fontStyle: 'bold' },
		{ token: 'string', foreground: '1b6b3e' },
		{ token: 'string.escape', foreground: '7d5500' },
		{ token: 'number', foreground: '7d5500' },
		{ token: 'regexp', foreground: '7d5500' },
		{ token: 'type', foreground: '12599c' },
		{ token: 'type.identifier', foreground: '12599c' },
		{ token: 'identifier.call', foreground: '6a3fb0' },
		{ token: 'tag', foreground: '12599c' },
		{ token: 'attribute.name', foreground: '6a3fb0' },
		{ token: 'attribute.value', foreground: '1b6b3e' },
		{ token: 'delimiter', foreground: '5a5e68' },
		{ token: 'delimiter.mustache', foreground: 'b83a0f' },
		{ token: 'operator', foreground: '5a5e68' },
	],
	colors: {
		'editor.background': '#fdfcfb',
		'editor.foreground': '#1d2027',
		'editorLineNumber.foreground': '#6a6e78',
		'editorLineNumber.activeForeground': '#44484f',
		'editor.lineHighlightBackground': '#f4f2ef',
		'editor.lineHighlightBorder': '#00000000',
		'editor.selectionBackground': '#ffd9cb',
		'editor.inactiveSelectionBackground': '#f4e4dd',
		'editorCursor.foreground': '#cf3d14',
		'editorIndentGuide.background1': '#ebe8e4',
		'editorIndentGuide.activeBackground1': '#cbc7c1',
		'editorWidget.background': '#ffffff',
		'editorWidget.border': '#dedbd6',
		'editorGutter.background': '#fdfcfb',
		'scrollbarSlider.background': '#c8c4be66',
		'scrollbarSlider.hoverBackground': '#c8c4becc',
		focusBorder: '#cf3d14',
		...brackets('#5a5e68'),
	},
};
