import type { Clock } from './ports.ts';

/** The machine's own time. */
export const createSystemClock = (): Clock => ({
	now: () => Date.now(),
	sleep: (ms, signal) =>
		new Promise((resolve) => {
			if (signal.aborted) {
				resolve();
				return;
			}
			const finish = (): void => {
				clearTimeout(timer);
				signal.removeEventListener('abort', finish);
				resolve();
			};
			const timer = setTimeout(finish, ms);
			signal.addEventListener('abort', finish, { once: true });
		}),
});
