import type { HandleServerError } from '@sveltejs/kit';
import { sharedPage } from '../shared.ts';

/** What went wrong goes to the log; the page says nothing of it. */
export const handleError: HandleServerError = ({ error, status, event }) => {
	if (status !== 404) sharedPage().log('error', `page ${event.url.pathname}`, error);
	return { message: status === 404 ? 'There is nothing here.' : 'Something went wrong.' };
};
