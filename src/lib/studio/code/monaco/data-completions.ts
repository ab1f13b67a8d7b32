import { languages, Range } from 'monaco-editor/editor';
import type { DataOutline } from '#lib/contracts/index.ts';
import { dataSuggestions, type Suggestion } from '../data-suggestions.ts';

const kinds: Readonly<Record<Suggestion['kind'], languages.CompletionItemKind>> = {
	collection: languages.CompletionItemKind.Struct,
	method: languages.CompletionItemKind.Method,
	field: languages.CompletionItemKind.Field,
};

/**
 * Offers the app's collections and fields while somebody types.
 * @param outline as the collections stand now
 */
export const offerData = (outline: () => Promise<DataOutline>): { dispose(): void } =>
	languages.registerCompletionItemProvider(['svelte', 'typescript', 'javascript'], {
		triggerCharacters: ['.', '{', "'", '"', '`'],
		async provideCompletionItems(model, position) {
			const before = model.getValueInRange(
				new Range(Math.max(1, position.lineNumber - 20), 1, position.lineNumber, position.column),
			);
			const word = model.getWordUntilPosition(position);
			const range = new Range(
				position.lineNumber,
				word.startColumn,
				position.lineNumber,
				word.endColumn,
			);
			const suggestions = dataSuggestions(before, await outline().catch(() => []));
			return {
				suggestions: suggestions.map(({ label, detail, kind }) => ({
					label,
					detail,
					kind: kinds[kind],
					insertText: label,
					range,
				})),
			};
		},
	});
