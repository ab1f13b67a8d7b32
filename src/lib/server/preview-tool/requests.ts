import { TinykitError, type PreviewReport, type PreviewResult } from '#lib/contracts/index.ts';

/**
 * What studios have been asked to do in their preview frame. Only the frame that was given the nonce of the asked-for
 * build can answer, once; what it says is a hint from untrusted code.
 */
export interface PreviewRequests {
	/** Resolves with the answer; undefined after `timeoutMs` milliseconds or when `signal` aborts. */
	expect(
		run: string,
		request: { readonly id: string; readonly nonce: string },
		timeoutMs: number,
		signal: AbortSignal,
	): Promise<PreviewResult | undefined>;
	/** @throws TinykitError `build_unknown` when nobody waits for this answer */
	report(run: string, report: PreviewReport): void;
}

interface Waiting {
	readonly run: string;
	readonly nonce: string;
	readonly settle: (result: PreviewResult | undefined) => void;
}

export function createPreviewRequests(): PreviewRequests {
	const waiting = new Map<string, Waiting>();
	return {
		expect(run, { id, nonce }, timeoutMs, signal) {
			return new Promise((resolve) => {
				const settle = (result: PreviewResult | undefined): void => {
					clearTimeout(timer);
					signal.removeEventListener('abort', abort);
					waiting.delete(id);
					resolve(result);
				};
				const abort = (): void => settle(undefined);
				const timer = setTimeout(abort, timeoutMs);
				signal.addEventListener('abort', abort);
				waiting.set(id, { run, nonce, settle });
				if (signal.aborted) abort();
			});
		},
		report(run, { id, nonce, result }) {
			const entry = waiting.get(id);
			if (entry?.run !== run || entry.nonce !== nonce) throw new TinykitError('build_unknown');
			entry.settle(result);
		},
	};
}
