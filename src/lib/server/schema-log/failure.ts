import { TinykitError } from '#lib/contracts/index.ts';
import { ApiError, StoreError } from '../backends.ts';
import { errnoOf } from '../workspace/index.ts';

/**
 * Why a change of the collections did not come about, in words a person can act on. It was taken back whole.
 * @returns what is nobody's doing (a bug) unchanged
 */
export function schemaFailure(cause: unknown): unknown {
	const failed = (why: string): TinykitError =>
		new TinykitError('schema_failure', {
			message: `${why} The collections are as before.`,
			cause,
		});
	const store = storeErrorIn(cause);
	if (store !== undefined)
		switch (store.code) {
			case 'busy':
				return failed('Another process holds the database; try again in a moment.');
			case 'disk_failure':
				return failed('The disk is full or cannot be written.');
			default:
				// Its own words may hold values of rows.
				return failed('The database refused the change.');
		}
	if (cause instanceof ApiError) return failed(cause.message);
	return errnoOf(cause) === 'ENOSPC' ? failed('The disk is full.') : cause;
}

/** The backend's own errors carry what the database said. */
function storeErrorIn(cause: unknown): StoreError | undefined {
	if (cause instanceof StoreError) return cause;
	return cause instanceof Error ? storeErrorIn(cause.cause) : undefined;
}
