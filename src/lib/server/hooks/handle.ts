import type { Handle } from '@sveltejs/kit';
import { dev } from '$app/environment';
import { pageHeaders } from '../headers.ts';
import { sharedPage } from '../shared.ts';

/** Gives each page its security headers. Kit puts the nonce of its start script into a policy of its own. */
export const handle: Handle = async ({ event, resolve }) => {
	const response = await resolve(event);
	const nonce = /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1];
	const { frames } = sharedPage();
	for (const [name, value] of Object.entries(pageHeaders(nonce, frames, dev)))
		response.headers.set(name, value);
	return response;
};
