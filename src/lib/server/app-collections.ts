import type { Problem } from '#lib/contracts/index.ts';
import {
	checkRule,
	collectionToWire,
	ident,
	importCollections,
	sql,
	type ApiError,
	type Backend,
	type Transaction,
} from './backends.ts';
import { ruleNames, type PlainCollection } from './schema/index.ts';

/** The collections of a backend as its API writes them. */
export const readCollections = (backend: Backend): readonly PlainCollection[] =>
	backend.app.catalog
		.all()
		.map((collection) => collectionToWire(collection) as unknown as PlainCollection);

/** Number of records; 0 for a view, which keeps nothing. */
export async function countRecords(backend: Backend, name: string): Promise<number> {
	if (backend.app.catalog.find(name)?.type === 'view') return 0;
	const row = await backend.app.store.get(sql`SELECT count(*) AS n FROM ${ident(name)}`);
	return Number(row?.['n'] ?? 0);
}

/**
 * Brings a backend's collections to the target: in one transaction, what is missing goes.
 * @param steps what else happens in that transaction
 * @throws ApiError
 */
export async function applyCollections(
	backend: Backend,
	target: readonly PlainCollection[],
	steps: {
		readonly before?: (tx: Transaction) => Promise<void>;
		/** @param again brings them to another target, in the same transaction */
		readonly after?: (
			tx: Transaction,
			again: (next: readonly PlainCollection[]) => Promise<void>,
		) => Promise<void>;
	} = {},
): Promise<void> {
	const inputOf = (list: readonly PlainCollection[]) => ({
		collections: list.map((collection) => ({ ...collection })),
		deleteMissing: true,
	});
	await importCollections(backend.app, inputOf(target), {
		...(steps.before && { before: steps.before }),
		after: async (tx, again) => steps.after?.(tx, (next) => again(inputOf(next))),
	});
}

/** Every rule of every collection as it stands now. */
export async function checkCollections(backend: Backend): Promise<readonly Problem[]> {
	const { catalog, now } = backend.app;
	return catalog.all().flatMap((collection) =>
		ruleNames.flatMap((name): Problem[] => {
			const wrong = checkRule(catalog, collection, collection[name] ?? '', now());
			return wrong === undefined
				? []
				: [{ code: 'rule_invalid', message: `${collection.name}.${name}: ${wrong}` }];
		}),
	);
}

interface Issues {
	readonly [key: string]: unknown;
}

/** The leaves of PocketBase's nested field errors, each with its place. */
export function problemsOf(error: ApiError): Problem[] {
	const found: Problem[] = [];
	const walk = (node: Issues, place: readonly string[]): void => {
		const { code, message } = node;
		if (typeof code === 'string' && typeof message === 'string') {
			found.push({ code, message: `${place.join('.')}: ${message}` });
			return;
		}
		for (const [key, child] of Object.entries(node)) {
			if (typeof child === 'object' && child !== null) walk(child as Issues, [...place, key]);
		}
	};
	walk(error.data, []);
	return found.length > 0 ? found : [{ code: 'schema_invalid', message: error.message }];
}
