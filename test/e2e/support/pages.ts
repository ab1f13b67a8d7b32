import type { Page } from 'playwright-core';
import { owner } from './member.ts';

/** Logs the owner in through the page, as a person does. */
export async function logIn(page: Page, origin: string): Promise<void> {
	await page.goto(`${origin}/tinykit/login`);
	await page.getByLabel('E-mail').fill(owner.email);
	await page.getByLabel('Password').fill(owner.password);
	await page.getByRole('button', { name: 'Log in' }).click();
	await page.waitForURL('**/tinykit/apps');
}

/**
 * Collects what a browser reports on the builder's own pages: errors, breaches of the content policy, cookies.
 * Refused requests that a test provokes show as failed resources; they are not errors of a page.
 */
export function watchPage(page: Page, origin: string, problems: string[]): void {
	page.on('console', (message) => {
		const isOurs = message.location().url.startsWith(origin);
		if (message.type() !== 'error' || !isOurs) return;
		if (message.text().startsWith('Failed to load resource')) return;
		problems.push(message.text());
	});
	page.on('pageerror', (error) => problems.push(error.message));
	page.on('response', (response) => {
		if (response.headers()['set-cookie'] !== undefined)
			problems.push(`cookie from ${response.url()}`);
	});
}
