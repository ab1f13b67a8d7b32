import { setTimeout as delay } from 'node:timers/promises';
import { TinykitError, type BootReport } from '#lib/contracts/index.ts';

/**
 * Boots that a check waits for. Only a studio's own preview frame can report one, and only for the build and
 * nonce that were announced (definitions.md 20). A report is a hint from untrusted code.
 */
export interface Boots {
	/** A studio follows this run: a report may come. */
	attach(run: string): () => void;
	/**
	 * Whether a studio follows the run, now or within `graceMs`: a page that just opened needs a moment.
	 * Never rejects; false when `signal` aborts.
	 */
	isAttached(run: string, graceMs: number, signal: AbortSignal): Promise<boolean>;
	/** Resolves with the report; undefined after `timeoutMs` or when `signal` aborts. */
	expect(
		run: string,
		build: { readonly build: string; readonly nonce: string },
		timeoutMs: number,
		signal: AbortSignal,
	): Promise<BootReport | undefined>;
	/** @throws TinykitError `build_unknown` when nobody asked for that build and nonce */
	report(run: string, report: BootReport): void;
}

export function createBoots(): Boots {
	const attached = new Map<string, number>();
	const expected = new Map<
		string,
		{ build: string; nonce: string; settle: (report: BootReport) => void }
	>();
	return {
		attach(run) {
			attached.set(run, (attached.get(run) ?? 0) + 1);
			let open = true;
			return () => {
				if (!open) return;
				open = false;
				const left = (attached.get(run) ?? 1) - 1;
				if (left > 0) attached.set(run, left);
				else attached.delete(run);
			};
		},
		async isAttached(run, graceMs, signal) {
			const until = performance.now() + graceMs;
			while (!attached.has(run) && performance.now() < until && !signal.aborted) await delay(50);
			return attached.has(run) && !signal.aborted;
		},
		expect(run, { build, nonce }, timeoutMs, signal) {
			return new Promise((resolve) => {
				const settle = (report: BootReport | undefined): void => {
					clearTimeout(timer);
					signal.removeEventListener('abort', abort);
					if (expected.get(run) === entry) expected.delete(run);
					resolve(report);
				};
				const abort = (): void => settle(undefined);
				const timer = setTimeout(abort, timeoutMs);
				const entry = { build, nonce, settle };
				signal.addEventListener('abort', abort);
				expected.set(run, entry);
				if (signal.aborted) abort();
			});
		},
		report(run, report) {
			const entry = expected.get(run);
			if (!entry || entry.build !== report.build || entry.nonce !== report.nonce) {
				throw new TinykitError('build_unknown');
			}
			entry.settle(report);
		},
	};
}
