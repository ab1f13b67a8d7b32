import { TinykitError } from '#lib/contracts/index.ts';
import { collisionKey, type WorkspacePath } from './path.ts';
import type { WorkspaceLimits } from './types.ts';
import type { Found } from './walk.ts';

/** `src/lib/x.ts` -> `src`, `src/lib`, `src/lib/x.ts`. */
function prefixes(path: string): string[] {
	const names = path.split('/');
	return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

/** Refuses a name that differs from another one only in case: on many disks they are one file. */
export function refuseCollision(files: readonly Found[], path: WorkspacePath): void {
	const spelled = new Map<string, string>();
	for (const file of files) {
		for (const prefix of prefixes(file.path)) spelled.set(collisionKey(prefix), prefix);
	}
	for (const prefix of prefixes(path)) {
		const existing = spelled.get(collisionKey(prefix));
		if (existing !== undefined && existing !== prefix) {
			throw new TinykitError('file_exists', {
				message: `"${existing}" exists already; names may not differ in case alone.`,
				details: { path, existing },
			});
		}
	}
}

/** @param size bytes that the file is to have */
export function refuseOverfull(
	files: readonly Found[],
	path: WorkspacePath,
	size: number,
	limits: WorkspaceLimits,
): void {
	const others = files.filter((file) => file.path !== path);
	if (others.length + 1 > limits.files) {
		throw new TinykitError('too_many_files', { details: { limit: limits.files } });
	}
	const total = others.reduce((sum, file) => sum + file.size, size);
	if (total > limits.totalBytes) {
		throw new TinykitError('workspace_full', { details: { limit: limits.totalBytes } });
	}
}
