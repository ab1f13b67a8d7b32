/** Each change of a draft's collections: its inverse, and for a while what went with it. */
export { noteExpiry, sweepExpired } from './expiry.ts';
export { schemaFailure } from './failure.ts';
export { applyLogged, expiryOf, schemaLog, undoSchemaChange } from './log.ts';
