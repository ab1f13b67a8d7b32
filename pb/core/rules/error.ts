import { ApiError } from '../errors.ts';
import { FilterError, type FilterErrorCode } from '../../filter/index.ts';

/** A rule, filter or sort that cannot be used. What exactly is wrong stands in `cause` and goes to the log only. */
export class RuleError extends ApiError {
	readonly code: FilterErrorCode | 'superusers_only';

	constructor(
		code: FilterErrorCode | 'superusers_only',
		status: 400 | 403,
		message = '',
		cause?: unknown,
	) {
		super(status, message, { cause });
		this.code = code;
	}
}

/** Runs `body`; a `FilterError` becomes PocketBase's plain 400. */
export function asRuleError<T>(body: () => T): T {
	try {
		return body();
	} catch (error) {
		if (error instanceof FilterError) throw new RuleError(error.code, 400, '', error);
		throw error;
	}
}
