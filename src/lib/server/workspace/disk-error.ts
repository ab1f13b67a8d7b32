import { TinykitError } from '#lib/contracts/index.ts';

/** The system's name of a failure: `ENOENT`, `ENOSPC`, … */
export function errnoOf(error: unknown): string | undefined {
	if (!(error instanceof Error) || !('code' in error)) return undefined;
	return typeof error.code === 'string' ? error.code : undefined;
}

/** What the disk said, in the words of the catalogue. */
export function diskError(error: unknown): TinykitError {
	if (error instanceof TinykitError) return error;
	switch (errnoOf(error)) {
		case 'ENOENT':
			return new TinykitError('file_not_found', { cause: error });
		case 'ENOTDIR':
		case 'EISDIR':
			return new TinykitError('file_exists', {
				message: 'A file and a folder cannot have the same name.',
				cause: error,
			});
		case 'ELOOP':
			return new TinykitError('path_is_link', { cause: error });
		case 'ENAMETOOLONG':
			return new TinykitError('path_too_long', { cause: error });
		case 'ENOSPC':
		case 'EDQUOT':
			return new TinykitError('workspace_failure', {
				message: 'The disk is full; nothing was written.',
				cause: error,
			});
		default:
			return new TinykitError('workspace_failure', { cause: error });
	}
}
