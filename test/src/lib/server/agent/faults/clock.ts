import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#lib/server/agent/index.ts';

/** Turns of the event loop until the watchdog's long wait is over here: what was sent before is read by then. */
const stallTurns = 25;
const turnMs = 10;

/** Here also the watchdog's long wait is over, a moment after it began. */
export function createImpatientClock(): Clock {
	let ahead = 0;
	return {
		now: () => Date.now() + ahead,
		sleep: async (ms, signal) => {
			const turns = ms > 100_000 ? stallTurns : 1;
			// One long timer could be due before anything is read, on a machine that is busy.
			for (let turn = 0; turn < turns && !signal.aborted; turn += 1)
				await delay(ms > 100_000 ? turnMs : 1, undefined, { signal }).catch(() => undefined);
			if (!signal.aborted) ahead += ms;
		},
	};
}
