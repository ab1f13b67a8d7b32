import type { Log } from '#lib/server/runtime.ts';

/** The process's log: one line on stderr; the private cause of an error is here and nowhere else. */
export const log: Log = (level, message, cause) => {
	const line = `${new Date().toISOString()} ${level} ${message}`;
	if (cause === undefined) console.error(line);
	else console.error(line, cause);
};
