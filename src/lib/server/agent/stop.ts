import { stopReason, type StopReason } from '#lib/contracts/index.ts';

/** Why a run ends. */
export interface Stop {
	readonly reason: StopReason;
	/** Public; replaces the general words of the reason. */
	readonly message?: string;
	readonly cause?: unknown;
}

/** The reason given to `abort()`, when it is one of ours. */
export function abortReason(signal: AbortSignal): StopReason {
	const named = stopReason.safeParse(signal.reason);
	return named.success ? named.data : 'stopped_by_user';
}

/** A function, so that the compiler does not take the answer of a moment ago for the answer of now. */
export const isAborted = (signal: AbortSignal): boolean => signal.aborted;
