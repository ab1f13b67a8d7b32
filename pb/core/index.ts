export type {
	AuthCollection,
	Catalog,
	Collection,
	Rule,
	ViewCollection,
} from './collections/types.ts';
export type { Core, Logger, Random } from './core.ts';
export { ApiError, badRequest, exchanged, forbidden, notFound, unauthorized } from './errors.ts';
export type { IssueTree } from './errors.ts';
export type { FileAttributes, FileStorage, UploadedFile } from './files/types.ts';
export type { RecordAction, RealtimeHub } from './realtime/types.ts';
export type { AuthRecord, RecordData, StoredRecord } from './records/record.ts';
export type { RequestContext, RequestInfo } from './request-info.ts';
export type { Settings } from './settings/types.ts';
export { StoreError } from '../store/index.ts';
export { pickFields } from './picker/index.ts';
