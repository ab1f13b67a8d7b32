import { z } from 'zod';
import { TinykitError } from '#lib/contracts/index.ts';
import type { BackupTools, PackedItem } from './types.ts';

export const MANIFEST = 'manifest.json';
/** Folder of the backends' zips in the archive. */
export const BACKENDS = 'backends/';
/** Folder of the apps' source in the archive. */
export const WORKSPACE = 'workspace/';

const item = z.object({
	name: z.string(),
	size: z.number().int().nonnegative(),
	sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const manifestSchema = z.object({
	format: z.literal('tinykit-installation'),
	version: z.literal(1),
	created: z.string(),
	/** Everything in the archive but this file. */
	items: z.array(item),
});
/** The list of what an installation backup holds, with hashes; last in the archive. */
export type Manifest = z.infer<typeof manifestSchema>;

export const manifestText = (created: string, items: readonly PackedItem[]): string =>
	JSON.stringify({ format: 'tinykit-installation', version: 1, created, items }, null, '\t') + '\n';

/** The name of a backend (`builder`, `apps/<slug>/<stage>`) from its path in the archive. */
export const backendNameOf = (path: string): string | undefined =>
	/^backends\/((?:builder|apps\/[a-z0-9-]{1,40}\/(?:live|draft)))\.zip$/.exec(path)?.[1];

/**
 * Reads the manifest of a backup.
 * @throws TinykitError `backup_damaged` when there is none, or it is not one of ours.
 */
export async function readManifest(tools: BackupTools, file: string): Promise<Manifest> {
	const bytes = await tools.readEntry(file, MANIFEST);
	if (!bytes) throw damaged('It has no manifest.');
	let parsed: unknown;
	try {
		parsed = JSON.parse(Buffer.from(bytes).toString('utf8'));
	} catch (cause) {
		throw damaged('Its manifest cannot be read.', cause);
	}
	const result = manifestSchema.safeParse(parsed);
	if (!result.success) throw damaged('Its manifest cannot be read.', result.error);
	return result.data;
}

/** @throws TinykitError `backup_damaged` when the archive is not exactly what the manifest says. */
export function compare(manifest: Manifest, items: readonly PackedItem[]): void {
	const found = new Map(items.map((each) => [each.name, each]));
	found.delete(MANIFEST);
	for (const expected of manifest.items) {
		const actual = found.get(expected.name);
		if (!actual) throw damaged(`${expected.name} is missing.`);
		if (actual.size !== expected.size || actual.sha256 !== expected.sha256) {
			throw damaged(`${expected.name} is not what was saved.`);
		}
		found.delete(expected.name);
	}
	const extra = found.keys().next();
	if (extra.done !== true) throw damaged(`${extra.value} does not belong to it.`);
}

export const damaged = (reason: string, cause?: unknown): TinykitError =>
	new TinykitError('backup_damaged', { message: `The backup is damaged. ${reason}`, cause });
