/** A backend to be saved: the builder's own or one stage of an app. */
export interface BackupSource {
	/** `builder` or `apps/<slug>/<stage>`: where it goes below the data directory. */
	readonly name: string;
	/** Writes its checked zip to `target`; false when it does not exist any more. */
	pack(target: string): Promise<boolean>;
}

export interface PackedItem {
	readonly name: string;
	readonly size: number;
	/** Hex. */
	readonly sha256: string;
}

export interface PackInput {
	readonly name: string;
	readonly content: { readonly path: string } | { readonly bytes: Uint8Array };
	readonly compress?: boolean;
}

/** Archives and the exchange of directories, as the backend library has them (`backupTools` of `#pb`). */
export interface BackupTools {
	pack(
		target: string,
		inputs: (packed: readonly PackedItem[]) => AsyncIterable<PackInput>,
	): Promise<readonly PackedItem[]>;
	read(path: string): Promise<readonly PackedItem[]>;
	readEntry(path: string, name: string): Promise<Uint8Array | undefined>;
	unpack(path: string, directory: string): Promise<readonly PackedItem[]>;
	checkBackend(zip: string, work: string): Promise<void>;
	unpackBackend(zip: string, directory: string): Promise<void>;
	isDamage(error: unknown): boolean;
	readonly swap: {
		newPath(directory: string): string;
		swapIn(directory: string, stays: (name: string) => boolean): Promise<void>;
		isPending(directory: string): boolean;
		keepNew(directory: string, oldTo?: string): Promise<void>;
		recover(directory: string): Promise<void>;
	};
}

/** One file in the backup directory. */
export interface InstallationBackup {
	/** `tinykit-<UTC time>.zip` */
	readonly key: string;
	readonly size: number;
	/** ISO 8601, when it was begun. */
	readonly created: string;
}
