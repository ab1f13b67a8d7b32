/**
 * A name for one message, so that the server accepts it once however often it is sent. Also outside secure
 * contexts, where `crypto.randomUUID` is missing.
 */
export function newClientId(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
