/**
 * The one PocketBase client of an app: same origin, so that the app's page and its backend share a host and
 * nothing else. Part of every app's build; imports nothing of the builder.
 */
import PocketBase, { BaseAuthStore, LocalAuthStore } from 'pocketbase';

/** A page in a sandbox without an origin may not touch localStorage: reading the property throws there. */
function storageWorks(): boolean {
	try {
		const key = 'tinykit:probe';
		localStorage.setItem(key, '1');
		localStorage.removeItem(key);
		return true;
	} catch {
		return false;
	}
}

export const client = new PocketBase(
	'/_pb',
	storageWorks() ? new LocalAuthStore() : new BaseAuthStore(),
);
// Two lists of one collection at the same time are normal in an app; the SDK would cancel the first.
client.autoCancellation(false);
