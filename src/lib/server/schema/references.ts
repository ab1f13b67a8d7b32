import { ruleNames, type PlainCollection } from './collection.ts';
import type { GoneName } from './changes.ts';

/** A place that names something which is not there any more. */
export interface Reference {
	readonly name: string;
	/** `posts.listRule`, `src/App.svelte:12`. */
	readonly place: string;
	readonly text: string;
}

/** Places told for one name. */
const maxPlaces = 5;
const maxText = 120;

/** The name as a whole word, also as `name_via_field` and `data.name`. */
const wordOf = (name: string): RegExp =>
	new RegExp(`(?<![A-Za-z0-9_])${name}(?:_via_|(?![A-Za-z0-9_]))`);

/** Rules, indexes and view queries that name something gone. */
export function schemaReferences(
	gone: readonly GoneName[],
	collections: readonly PlainCollection[],
): readonly Reference[] {
	return gone.flatMap(({ name }) => {
		const word = wordOf(name);
		return collections.flatMap((collection) => {
			const texts: [string, unknown][] = [
				...[...ruleNames, 'manageRule', 'authRule', 'viewQuery'].map((key): [string, unknown] => [
					key,
					collection[key],
				]),
				...collection.indexes.map((index): [string, unknown] => ['indexes', index]),
			];
			return texts.flatMap(([key, text]) =>
				typeof text === 'string' && word.test(text)
					? [{ name, place: `${collection.name}.${key}`, text: text.slice(0, maxText) }]
					: [],
			);
		});
	});
}

/** Lines of the app's source that name something gone. Found by name: a line may mean something else. */
export function codeReferences(
	gone: readonly GoneName[],
	files: readonly { readonly path: string; readonly text: string }[],
): readonly Reference[] {
	return gone.flatMap(({ name }) => {
		const word = wordOf(name);
		return files.flatMap(({ path, text }) =>
			word.test(text)
				? text.split('\n').flatMap((line, index) =>
						word.test(line)
							? [
									{
										name,
										place: `${path}:${String(index + 1)}`,
										text: line.trim().slice(0, maxText),
									},
								]
							: [],
					)
				: [],
		);
	});
}

/** One sentence a name: where it still stands. */
export function referenceLines(references: readonly Reference[], what: string): readonly string[] {
	const byName = Map.groupBy(references, ({ name }) => name);
	return [...byName].map(([name, found]) => {
		const places = found.slice(0, maxPlaces).map(({ place }) => place);
		const rest = found.length - places.length;
		const more = rest > 0 ? ` and ${String(rest)} more places` : '';
		return `${what} "${name}" in ${places.join(', ')}${more}.`;
	});
}
