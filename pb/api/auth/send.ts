import type { Core } from '../../core/index.ts';

/** Seconds between two mails of a kind to one record. */
const pause = 120;

/**
 * Sends a mail that nobody waits for, unless one of its kind was just sent. The key is taken before the mail goes
 * out, so that eight requests at once send one mail; a mail that could not go out gives it back.
 */
export function sendInBackground(core: Core, key: string, send: () => Promise<void>): void {
	if (!core.recent.claim(key, pause)) return;
	send().catch((error: unknown) => {
		core.recent.forget(key);
		core.log.write(8, 'Failed to send an email', { error: String(error) });
	});
}
