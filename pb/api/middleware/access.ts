import { forbidden, unauthorized, type AuthRecord, type Catalog } from '../../core/index.ts';
import type { RouteAccess } from '../types.ts';

/** The gate in front of a handler. @throws ApiError 401 for guests, 403 for the wrong record. */
export function checkAccess(
	access: RouteAccess,
	auth: AuthRecord | undefined,
	collection: string | undefined,
	catalog: Catalog,
): void {
	if (access === 'any') return;
	if (!auth) throw unauthorized('The request requires valid record authorization token.');
	switch (access) {
		case 'auth':
			return;
		case 'superuser':
			if (!auth.isSuperuser)
				throw forbidden('The authorized record is not allowed to perform this action.');
			return;
		case 'same-collection':
			if (catalog.find(collection ?? '')?.id !== auth.collection.id)
				throw forbidden(
					`The request requires auth record from ${auth.collection.name} collection.`,
				);
	}
}
