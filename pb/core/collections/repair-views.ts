import { StoreError } from '../../store/index.ts';
import type { SchemaSession } from './session.ts';
import { tableInfo } from './session.ts';
import { saveView, withTextId } from './views/fields.ts';

/**
 * Creates the SQL views again that this SQLite does not understand but PocketBase's does (double-quoted texts).
 * A view that is broken for another reason, such as a dropped table, stays as it is.
 */
export async function repairViews(session: SchemaSession): Promise<void> {
	const { tx } = session;
	for (const view of session.catalog.all()) {
		if (view.type !== 'view') continue;
		try {
			await tableInfo(tx, view.name);
		} catch {
			await tx
				.savepoint(async () => {
					await saveView(session, view.name, await withTextId(session, view.viewQuery));
				})
				.catch((error: unknown) => {
					if (!(error instanceof StoreError)) throw error;
					session.deps.log.write(4, 'A view collection cannot be read', {
						view: view.name,
						error: error.message,
					});
				});
		}
	}
}
