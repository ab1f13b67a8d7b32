/** One file to be packed. A file that has gone by the time of packing is left out. */
export interface ZipInput {
	/** Path inside the archive, with `/`. */
	readonly name: string;
	readonly content: { readonly path: string } | { readonly bytes: Uint8Array };
	/** Deflate it. Default true; false for what is compressed already. */
	readonly compress?: boolean;
}

export interface ZipItem {
	readonly name: string;
	/** Bytes, unpacked. */
	readonly size: number;
	/** Hex SHA-256 of the unpacked bytes. */
	readonly sha256: string;
}

/** Bounds of what is unpacked; the declared sizes are checked first, the real ones while unpacking. */
export interface ZipLimits {
	readonly maxEntries: number;
	/** Bytes of all files together, unpacked. */
	readonly maxBytes: number;
	/** Unpacked bytes per packed byte over the whole archive, beyond the first 64 MiB. */
	readonly maxRatio: number;
}

export type ZipErrorReason =
	'not_a_zip' | 'unsafe_name' | 'too_many_entries' | 'too_large' | 'unsupported' | 'damaged';

/** An archive that is not unpacked, and why. */
export class ZipError extends Error {
	override readonly name = 'ZipError';
	readonly reason: ZipErrorReason;

	constructor(reason: ZipErrorReason, message: string, cause?: unknown) {
		super(message, { cause });
		this.reason = reason;
	}
}
