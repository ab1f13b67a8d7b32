import type { Log } from '#lib/server/runtime.ts';

/** The process's log: one line on stderr; the private cause of an error is here and nowhere else. */
export const log: Log = (level, message, cause) => {
	const line = `${new Date().toISOString()} ${level} ${message}`;
	// As a value, not as the format: a stranger's path may hold `%s`, which would take the cause's place.
	if (cause === undefined) console.error('%s', line);
	else console.error('%s', line, cause);
};
