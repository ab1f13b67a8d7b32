import type { Readable } from 'node:stream';
import type { FileAttributes, UploadedFile } from '../files/types.ts';

export interface BackupInfo {
	/** File name in `backups/`. */
	readonly key: string;
	/** Bytes. */
	readonly size: number;
	readonly modified: Date;
}

/** Backups of one data directory: PocketBase's zip files in its `backups/`. One operation at a time. */
export interface Backups {
	/** Name of the backup that is being made or restored; '' while it has none. */
	readonly active: string | undefined;
	/** By name. */
	list(): Promise<BackupInfo[]>;
	exists(key: string): Promise<boolean>;
	/**
	 * Makes a backup while reads and writes go on, opens it and checks it before it counts.
	 * @param name default `pb_backup_<app>_<time>.zip`; an existing file of that name is replaced.
	 * @returns its name.
	 * @throws ApiError 400 while another operation runs.
	 */
	create(name?: string): Promise<string>;
	/**
	 * Writes a checked backup to a path outside, for whoever collects several.
	 * @param target must not exist.
	 * @throws ApiError 400 while another operation runs.
	 */
	packTo(target: string): Promise<void>;
	/** Keeps an uploaded zip file under its own name. @throws ApiError 400 for a name that is no file name. */
	upload(file: UploadedFile): Promise<void>;
	/** @throws ApiError 400 when it is missing or in use. */
	delete(key: string): Promise<void>;
	attributes(key: string): Promise<FileAttributes | undefined>;
	read(
		key: string,
		range?: { readonly start: number; readonly end: number },
	): Promise<Readable | Uint8Array>;
	/**
	 * Replaces the data by that of a backup. It is unpacked beside and checked before anything is touched;
	 * when the data cannot be used after the exchange, the old data comes back.
	 * @throws ApiError 400 while another operation runs, or for a backup that is missing, broken or no backup.
	 */
	restore(key: string): Promise<void>;
	/** Removes all but the newest `keep` backups whose name starts with `prefix`; 0 keeps all. */
	prune(prefix: string, keep: number): Promise<void>;
}
