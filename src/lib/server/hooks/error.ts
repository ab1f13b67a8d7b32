import type { HandleServerError } from '@sveltejs/kit';
import { sharedPage } from '../shared.ts';

/** What went wrong goes to the log; the page says nothing of it. */
export const handleError: HandleServerError = ({ error, status, event }) => {
	// What is below is the asker's doing: a stranger shall not fill the log.
	if (status >= 500) sharedPage().log('error', `page ${event.url.pathname}`, error);
	return { message: status === 404 ? 'There is nothing here.' : 'Something went wrong.' };
};
