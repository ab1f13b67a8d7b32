import type { Clock } from '#lib/server/agent/index.ts';

/** Milliseconds it takes here until the watchdog's long wait is over. */
export const stallMs = 250;

/** Here also the watchdog's long wait is over, a moment after it began. */
export function createImpatientClock(): Clock {
	let ahead = 0;
	return {
		now: () => Date.now() + ahead,
		sleep: async (ms, signal) => {
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, ms > 100_000 ? stallMs : 1);
				const abort = (): void => {
					clearTimeout(timer);
					resolve();
				};
				signal.addEventListener('abort', abort, { once: true });
			});
			if (!signal.aborted) ahead += ms;
		},
	};
}
