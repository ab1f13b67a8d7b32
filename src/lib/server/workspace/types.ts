import type { FileEntry } from '#lib/contracts/index.ts';

export interface WorkspaceLimits {
	/** Bytes of one file. */
	readonly fileBytes: number;
	readonly files: number;
	/** Bytes of all files together. */
	readonly totalBytes: number;
}

/** Issue 3 "Workspace": 1 MB a file, 500 files. */
export const defaultLimits: WorkspaceLimits = {
	fileBytes: 1024 * 1024,
	files: 500,
	totalBytes: 20 * 1024 * 1024,
};

export interface WorkspaceConfig {
	/** The folder of all workspaces; created when it is missing. */
	readonly root: string;
	readonly slug: string;
	readonly limits?: Partial<WorkspaceLimits>;
	/** For the dates of snapshots. */
	readonly now?: () => Date;
}

export interface WorkspaceFile extends FileEntry {
	readonly text: string;
}

export interface WorkspaceBytes extends FileEntry {
	readonly bytes: Uint8Array;
}

export interface WriteOptions {
	/**
	 * What the file must be now: a sha-256 in hex (else `file_changed`, with the current `hash` in the details),
	 * `null` = it must not exist (else `file_exists`), absent = anything.
	 */
	readonly ifMatch?: string | null | undefined;
}

export interface Snapshot {
	/** The id of a git commit. */
	readonly id: string;
	/** Something had changed since the newest snapshot. */
	readonly isNew: boolean;
}

/**
 * The files of one app. Every `path` is checked by `parseWorkspacePath`, whoever asks; links are never followed.
 * Changes of one app wait for one another and are on disk when the promise resolves.
 *
 * All methods throw TinykitError: the `path_*` codes, `file_not_found`, and `workspace_failure` when the disk fails.
 */
export interface Workspace {
	readonly slug: string;
	/** All files, sorted by path; empty when there is no folder yet. */
	list(): Promise<readonly FileEntry[]>;
	/** @throws `file_not_text` when it is not UTF-8 or holds NUL */
	read(path: string): Promise<WorkspaceFile>;
	readBytes(path: string): Promise<WorkspaceBytes>;
	/** Every file as it stands at one moment, between two changes. */
	readAll(): Promise<readonly WorkspaceBytes[]>;
	/**
	 * Writes a file whole or not at all, and the folders it needs.
	 * @throws `file_exists`, `file_changed`, `file_too_large`, `file_not_text`, `too_many_files`, `workspace_full`
	 */
	write(path: string, text: string, options?: WriteOptions): Promise<FileEntry>;
	/** Deletes a file, and the folders that are empty then. */
	delete(path: string, options?: { readonly ifMatch?: string | undefined }): Promise<void>;
	/** @throws `file_exists` when `to` is taken, `file_changed` */
	rename(
		from: string,
		to: string,
		options?: { readonly ifMatch?: string | undefined },
	): Promise<FileEntry>;
	/** Keeps all files as they are now. */
	snapshot(message?: string): Promise<Snapshot>;
	/**
	 * Makes the files what they were at a snapshot; after a crash in the middle the rest is done at the next start.
	 * @param options.keep message of the snapshot that is made of the files as they are, in the same step
	 * @returns that snapshot
	 * @throws `snapshot_not_found`
	 */
	restore(id: string, options?: { readonly keep?: string }): Promise<Snapshot>;
	/** The files of a snapshot by path. @throws `snapshot_not_found` */
	contents(id: string): Promise<ReadonlyMap<string, Uint8Array>>;
	/**
	 * Makes one file what it was at a snapshot; one that was not there goes.
	 * @param options.ifMatch as of `write`: what the file must be now
	 * @throws `snapshot_not_found`, `file_changed`
	 */
	restoreFile(
		id: string,
		path: string,
		options?: { readonly ifMatch?: string | null },
	): Promise<void>;
	/** Deletes the folder with its history. */
	destroy(): Promise<void>;
}
