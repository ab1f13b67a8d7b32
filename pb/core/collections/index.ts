export { createCatalog, loadCatalog } from './catalog.ts';
export {
	createCollection,
	deleteCollection,
	dryRunView,
	truncateCollection,
	updateCollection,
} from './commands.ts';
export { importCollections, readImport } from './import.ts';
export type { ImportInput } from './import.ts';
export { buildIndex, findUniqueIndex, parseIndex } from './indexes.ts';
export type { Index, IndexColumn } from './indexes.ts';
export { createInitialCollection } from './initial.ts';
export type { InitialCollection } from './initial.ts';
export { listCollections } from './list.ts';
export type { CollectionPage, CollectionQuery } from './list.ts';
export { providers } from './providers.ts';
export type { ProviderListing } from './providers.ts';
export { repairViews } from './repair-views.ts';
export { scaffolds } from './scaffolds.ts';
export { openSession } from './session.ts';
export type { SchemaDeps, SchemaSession } from './session.ts';
export { parseViewQuery } from './views/query.ts';
export type { DryRun } from './commands.ts';
export { collectionToWire } from './wire.ts';
export type {
	AuthCollection,
	AuthOptions,
	BaseCollection,
	Catalog,
	Collection,
	MailTemplate,
	OAuth2Provider,
	Rule,
	TokenOptions,
	ViewCollection,
} from './types.ts';
