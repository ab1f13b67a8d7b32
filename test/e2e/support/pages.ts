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

/** Problems a browser reports on the builder's pages: broken policy, errors, refused styles. */
export function watchConsole(page: Page): string[] {
	const problems: string[] = [];
	page.on('console', (message) => {
		if (message.type() === 'error') problems.push(message.text());
	});
	page.on('pageerror', (error) => problems.push(error.message));
	return problems;
}
