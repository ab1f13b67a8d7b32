import type { Readable } from 'node:stream';

/** A file of a request body, spooled to disk when large. */
export interface UploadedFile {
	/** Name as the client sent it; never used as a path. */
	readonly originalName: string;
	/** Stored name, assigned when the value is set on a record: `<snake>_<10 random>.<ext>`. */
	readonly name: string;
	readonly size: number;
	/** The bytes, where they are in memory. */
	readonly parts?: readonly Uint8Array[];
	open(): Readable;
	bytes(): Promise<Uint8Array>;
}

export interface FileAttributes {
	readonly contentType: string;
	readonly size: number;
	readonly modified: Date;
	readonly metadata: Readonly<Record<string, string>>;
}

/** A small file in memory; its bytes are shared, nobody changes them. */
export interface LoadedFile {
	readonly attributes: FileAttributes;
	readonly bytes: Uint8Array;
}

/** Where uploaded files live: the local `storage/` directory or S3. Keys are `<collectionId>/<recordId>/<file>`. */
export interface FileStorage {
	put(
		key: string,
		file: UploadedFile | Uint8Array,
		options?: { readonly originalName?: string },
	): Promise<void>;
	attributes(key: string): Promise<FileAttributes | undefined>;
	/**
	 * A small file's bytes, a large one as a stream.
	 * @param range first and last byte, both inclusive as in HTTP.
	 */
	read(
		key: string,
		range?: { readonly start: number; readonly end: number },
	): Promise<Readable | Uint8Array>;
	/** A small file that was read before and has not changed since: at once. */
	recent(key: string): LoadedFile | undefined;
	/** A missing file is no error. */
	delete(key: string): Promise<void>;
	/** A whole folder: `<collectionId>/<recordId>/` and the like; a missing one is no error. */
	deletePrefix(prefix: string): Promise<void>;
	/** Deletions wait from now until the returned function is called (a backup copies files after rows). */
	holdDeletes(): () => Promise<void>;
}
