import { setTimeout as delay } from 'node:timers/promises';
import { TinykitError, type BootReport } from '#lib/contracts/index.ts';

/**
 * Boots that a check waits for. Only a studio's own preview frame can report one, and only for the build and
 * nonce that were announced (definitions.md 20). A report is a hint from untrusted code.
 */
export interface Boots {
	/** A run begins, and its studio may be just opening. */
	begin(run: string): void;
	/** A studio follows this run: a report may come. */
	attach(run: string): () => void;
	/**
	 * Whether a studio follows the run. Waits while one may still be opening or loading again: up to 1.5 s after the
	 * run began or its last studio left. Never rejects; false when `signal` aborts.
	 */
	isAttached(run: string, signal: AbortSignal): Promise<boolean>;
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

/** Milliseconds a studio may take to open. */
const attachGrace = 1500;

/** @param now milliseconds of a clock that only goes forward */
export function createBoots(now = (): number => performance.now()): Boots {
	const attached = new Map<string, number>();
	/** Until when a studio may come, by run. */
	const awaited = new Map<string, number>();
	const expectStudio = (run: string): void => {
		for (const [other, until] of awaited) if (until < now()) awaited.delete(other);
		awaited.set(run, now() + attachGrace);
	};
	const expected = new Map<
		string,
		{ build: string; nonce: string; settle: (report: BootReport) => void }
	>();
	return {
		begin: expectStudio,
		attach(run) {
			attached.set(run, (attached.get(run) ?? 0) + 1);
			let open = true;
			return () => {
				if (!open) return;
				open = false;
				const left = (attached.get(run) ?? 1) - 1;
				if (left > 0) attached.set(run, left);
				else {
					attached.delete(run);
					expectStudio(run);
				}
			};
		},
		async isAttached(run, signal) {
			const mayCome = (): boolean => now() < (awaited.get(run) ?? 0);
			while (!attached.has(run) && mayCome() && !signal.aborted) await delay(50);
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
