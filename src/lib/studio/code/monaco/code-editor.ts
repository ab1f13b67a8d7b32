import './features.ts';

import { editor, KeyCode, KeyMod, languages, MarkerSeverity, Uri } from 'monaco-editor/editor';
import type { DataOutline, Problem } from '#lib/contracts/index.ts';
import { languageOf } from '../file-tree.ts';
import { offerData } from './data-completions.ts';
import { jsonTokens, svelteConfiguration, svelteTokens } from './svelte-language.ts';
import { darkTheme, lightTheme } from './themes.ts';

export interface EditorOptions {
	readonly dark: boolean;
	readonly readOnly: boolean;
	readonly onEdit: (path: string, text: string) => void;
	readonly onSave: () => void;
	/** The app's collections as they stand, for what is offered while typing. */
	readonly outline: () => Promise<DataOutline>;
}

export interface CodeEditor {
	/** Shows a file; `revision` tells whether the text is newer than what the editor holds for it. */
	show(path: string, text: string, revision: number): void;
	goTo(line: number, column: number): void;
	setProblems(path: string, problems: readonly Problem[]): void;
	setDark(dark: boolean): void;
	focus(): void;
	dispose(): void;
}

let prepared = false;
function prepare(): void {
	if (prepared) return;
	prepared = true;
	languages.register({ id: 'svelte', extensions: ['.svelte'] });
	languages.setLanguageConfiguration('svelte', {
		...svelteConfiguration,
		onEnterRules: [
			{
				// Between an opening tag and its closing one.
				beforeText: /<[a-zA-Z][\w:.-]*(?:[^/>]|\/(?!>))*>$/,
				afterText: /^<\/[\w:.-]+\s*>/,
				action: { indentAction: languages.IndentAction.IndentOutdent },
			},
		],
	});
	languages.setMonarchTokensProvider('svelte', svelteTokens);
	languages.register({ id: 'json', extensions: ['.json'] });
	languages.setMonarchTokensProvider('json', jsonTokens);
	editor.defineTheme('tinykit-dark', darkTheme);
	editor.defineTheme('tinykit-light', lightTheme);
}

const themeOf = (dark: boolean) => (dark ? 'tinykit-dark' : 'tinykit-light');

/** Makes the code editor inside `host`. Each file keeps its own undo history and scroll place. */
export function createCodeEditor(host: HTMLElement, options: EditorOptions): CodeEditor {
	prepare();
	const models = new Map<string, { model: editor.ITextModel; revision: number }>();
	const places = new Map<string, editor.ICodeEditorViewState | null>();
	let current = '';
	// Text that comes from the server is no edit of the person.
	let taking = false;

	const code = editor.create(host, {
		model: null,
		theme: themeOf(options.dark),
		readOnly: options.readOnly,
		automaticLayout: true,
		fontFamily: "'JetBrains Mono Variable', 'JetBrains Mono', ui-monospace, Menlo, monospace",
		fontSize: 12.5,
		lineHeight: 20,
		fontLigatures: false,
		minimap: { enabled: false },
		scrollBeyondLastLine: false,
		renderLineHighlight: 'line',
		padding: { top: 10, bottom: 10 },
		bracketPairColorization: { enabled: false },
		overviewRulerLanes: 0,
		lineNumbersMinChars: 3,
		smoothScrolling: false,
		fixedOverflowWidgets: true,
		// Inside a shadow root the menu would not get the theme's colours.
		useShadowDOM: false,
		quickSuggestions: false,
		suggest: { showIcons: false, showStatusBar: false },
		wordBasedSuggestions: 'currentDocument',
		scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
		ariaLabel: 'Code. Press Control M to let Tab leave the editor.',
	});
	code.addCommand(KeyMod.CtrlCmd | KeyCode.KeyS, options.onSave);
	const offered = offerData(options.outline);

	const uriOf = (path: string) => Uri.from({ scheme: 'tinykit', path: `/${path}` });

	return {
		show(path, text, revision) {
			let entry = models.get(path);
			if (!entry) {
				const model = editor.createModel(text, languageOf(path), uriOf(path));
				model.onDidChangeContent(() => {
					if (!taking) options.onEdit(path, model.getValue());
				});
				entry = { model, revision };
				models.set(path, entry);
			} else if (entry.revision !== revision) {
				taking = true;
				if (entry.model.getValue() !== text) {
					// As an edit, so that undo can bring back what was there.
					entry.model.pushEditOperations(
						[],
						[{ range: entry.model.getFullModelRange(), text }],
						() => null,
					);
				}
				taking = false;
				entry.revision = revision;
			}
			if (current === path) return;
			if (current) places.set(current, code.saveViewState());
			current = path;
			code.setModel(entry.model);
			code.restoreViewState(places.get(path) ?? null);
		},
		goTo(line, column) {
			code.setPosition({ lineNumber: line, column });
			code.revealPositionInCenterIfOutsideViewport({ lineNumber: line, column });
			code.focus();
		},
		setProblems(path, problems) {
			const model = models.get(path)?.model;
			if (!model) return;
			editor.setModelMarkers(
				model,
				'tinykit',
				problems
					.filter((problem) => problem.path === path)
					.map((problem) => {
						const line = Math.min(Math.max(problem.line ?? 1, 1), model.getLineCount());
						const column = problem.column ?? 1;
						const word = model.getWordAtPosition({ lineNumber: line, column });
						return {
							severity: MarkerSeverity.Error,
							message: problem.message,
							code: problem.code,
							startLineNumber: line,
							startColumn: word?.startColumn ?? column,
							endLineNumber: line,
							endColumn: word?.endColumn ?? model.getLineMaxColumn(line),
						};
					}),
			);
		},
		setDark: (dark) => editor.setTheme(themeOf(dark)),
		focus: () => code.focus(),
		dispose() {
			offered.dispose();
			code.dispose();
			for (const { model } of models.values()) model.dispose();
			models.clear();
		},
	};
}
