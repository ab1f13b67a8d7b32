export { StoreError } from './store.ts';
export type {
	Query,
	Reader,
	Row,
	ScanOptions,
	Store,
	StoreErrorCode,
	Transaction,
} from './store.ts';
