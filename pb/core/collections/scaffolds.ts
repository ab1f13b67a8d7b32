import type { Random } from '../core.ts';
import { newDraft, toCollection } from './draft.ts';
import { collectionToWire } from './wire.ts';

/** A blank collection of each type in its wire form, for the dashboard's editor. */
export function scaffolds(random: Random): Readonly<Record<'auth' | 'base' | 'view', unknown>> {
	// Stands in the names of the default indexes; the id itself is left to the server.
	const id = random.text(10, 'abcdefghijklmnopqrstuvwxyz0123456789');
	const blank = (type: string) => ({
		...collectionToWire(toCollection(newDraft(type, '', random, id))),
		id: '',
	});
	return { auth: blank('auth'), base: blank('base'), view: blank('view') };
}
