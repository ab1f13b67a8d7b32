import type { Page } from 'playwright-core';

/** Two people (or one in two windows) who have the app open. */
export interface Pages {
	readonly page: Page;
	readonly other: Page;
}

export interface Use {
	/** Whoever uses it signs in first; asked for their name where others see it. */
	readonly signIn?: 'named' | 'plain';
	/** Does with it what it is for, and waits to see that it works. */
	readonly use: (pages: Pages) => Promise<void>;
}

const fill = (page: Page, label: string, value: string) =>
	page.getByLabel(label, { exact: true }).fill(value);
const click = (page: Page, name: string | RegExp) =>
	page.getByRole('button', { name, exact: true }).click();
const see = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const gone = (page: Page, text: string) => page.getByText(text).waitFor({ state: 'detached' });

export const uses: Readonly<Record<string, Use>> = {
	guestbook: {
		use: async ({ page, other }) => {
			await see(other, 'Nobody has signed yet');
			await fill(page, 'Your name', 'Ann <b>');
			await fill(page, 'Your message', 'All the best!\nTo both of you.');
			await click(page, 'Sign the guestbook');
			await see(page, 'Thank you, Ann <b>!');
			// The other one sees it without a reload, and everybody after one.
			await see(other, 'To both of you.');
			await other.getByRole('heading', { name: '1 entry' }).waitFor();
			await page.reload();
			await see(page, 'To both of you.');
		},
	},
	todo: {
		signIn: 'plain',
		use: async ({ page, other }) => {
			for (const title of ['Buy milk', 'Call Bob']) {
				await fill(page, 'New task', title);
				await click(page, 'Add');
				await see(page, title);
			}
			await page.getByRole('checkbox', { name: 'Buy milk' }).check();
			await see(page, '1 open');
			await see(other, 'Nothing here yet');
			await click(page, 'done');
			await gone(page, 'Call Bob');
			await click(page, 'all');
		},
	},
	poll: {
		use: async ({ page, other }) => {
			await see(other, '0 votes');
			await page.getByLabel('Not sure').check();
			await click(page, 'Vote');
			await see(page, 'You voted for');
			await see(other, '1 vote, live');
			await see(other, '100% · 1');
			await page.reload();
			await see(page, 'You voted for');
		},
	},
	notes: {
		signIn: 'plain',
		use: async ({ page }) => {
			for (const title of ['Owls', 'Bats']) {
				await click(page, 'New note');
				await fill(page, 'Title', title);
				await fill(page, 'Text', `${title}, at dusk.`);
			}
			// What was typed last is saved also when the note is left at once.
			await page.getByRole('button', { name: /^Owls/ }).click();
			await page.reload();
			await page.getByRole('button', { name: /^Bats/ }).click();
			await page.getByLabel('Search').fill('owls');
			await page.getByRole('button', { name: /^Bats/ }).waitFor({ state: 'detached' });
			await page.getByLabel('Search').fill('');
		},
	},
	kanban: {
		signIn: 'plain',
		use: async ({ page }) => {
			await page.getByText('New card').click();
			await fill(page, 'Title', 'Write the letter');
			await fill(page, 'Details', 'To the landlord,\nabout the door.');
			await click(page, 'Add');
			await click(page, 'Move Write the letter on');
			await page.getByRole('region', { name: 'Doing' }).getByText('Write the letter').waitFor();
			await fill(page, 'Title', 'Buy paint');
			await click(page, 'Add');
			await see(page, 'Buy paint');
		},
	},
	habits: {
		signIn: 'plain',
		use: async ({ page }) => {
			await fill(page, 'New habit', 'Read ten pages');
			await click(page, 'Add');
			const days = page.getByRole('group', { name: 'Read ten pages' }).getByRole('button');
			await days.last().click();
			await see(page, '1 day in a row');
			await days.nth(5).click();
			await see(page, '2 days in a row');
			await days.last().click();
			await see(page, '1 day in a row');
		},
	},
	expenses: {
		signIn: 'plain',
		use: async ({ page }) => {
			for (const [title, amount, category] of [
				['Bread and cheese', '12.5', 'Food'],
				['Train to Bern', '48', 'Travel'],
			] as const) {
				await fill(page, 'What for', title);
				await fill(page, 'Amount', amount);
				await page.getByLabel('Category').selectOption(category);
				await click(page, 'Add');
				await see(page, title);
			}
			await see(page, '60.50');
		},
	},
	feedback: {
		signIn: 'plain',
		use: async ({ page, other }) => {
			await fill(page, 'Your idea', 'A dark theme');
			await fill(page, 'Details', 'For the evening.');
			await click(page, 'Add idea');
			await click(page, 'Vote for A dark theme, 0 votes');
			await other.getByRole('button', { name: 'Vote for A dark theme, 1 votes' }).click();
			await page.getByRole('button', { name: 'Vote for A dark theme, 2 votes' }).click();
			await page.getByRole('button', { name: 'Vote for A dark theme, 1 votes' }).waitFor();
		},
	},
	chat: {
		signIn: 'named',
		use: async ({ page, other }) => {
			await fill(page, 'Your message', 'Hello there');
			await click(page, 'Send');
			await see(other, 'Hello there');
			await fill(other, 'Your message', 'Hello back');
			await click(other, 'Send');
			await see(page, 'Hello back');
			await see(page, 'Bob');
		},
	},
	rsvp: {
		use: async ({ page, other }) => {
			await fill(page, 'Your name', 'Ann');
			await page.getByLabel('Can you come?').selectOption('yes');
			await fill(page, 'How many are you?', '3');
			await fill(page, 'A note (if you like)', 'We bring salad.');
			await click(page, 'Send my answer');
			await see(other, '3 people are coming');
		},
	},
	cookbook: {
		signIn: 'plain',
		use: async ({ page, other }) => {
			await fill(page, 'Name of the dish', 'Onion soup');
			await fill(page, 'Minutes', '40');
			await fill(page, 'Ingredients, one a line', 'Onions\nButter\nStock');
			await fill(page, 'Steps, one a line', 'Fry the onions.\nAdd the stock.');
			await click(page, 'Add recipe');
			await other.getByText('Onion soup').click();
			await see(other, 'Add the stock.');
			await page.getByText('Onion soup').click();
		},
	},
	links: {
		signIn: 'plain',
		use: async ({ page }) => {
			await fill(page, 'Address', 'https://example.org/owls');
			await fill(page, 'Title', 'All about owls');
			await fill(page, 'Tag', 'birds');
			await click(page, 'Save link');
			await page.getByRole('link', { name: 'All about owls' }).waitFor();
			await click(page, 'birds');
		},
	},
	inventory: {
		signIn: 'plain',
		use: async ({ page }) => {
			await fill(page, 'Item', 'Rice');
			await fill(page, 'Place', 'Top shelf');
			await fill(page, 'Amount', '1');
			await fill(page, 'Warn below', '2');
			await click(page, 'Add');
			await see(page, 'Runs low (1)');
			await click(page, 'One more Rice');
			await see(page, 'Runs low (0)');
			await click(page, 'One less Rice');
			await see(page, 'Runs low (1)');
		},
	},
	directory: {
		signIn: 'plain',
		use: async ({ page, other }) => {
			await click(page, 'Add myself');
			await fill(page, 'Name', 'Ann Miller');
			await fill(page, 'Role', 'Baker');
			await fill(page, 'Phone', '+41 31 123 45 67');
			await fill(page, 'About you', 'Bread on Fridays.');
			await click(page, 'Save');
			await see(other, 'Ann Miller');
			await click(page, 'Change my entry');
			await fill(page, 'Role', 'Head baker');
			await click(page, 'Save');
			await see(other, 'Head baker');
		},
	},
	waitlist: {
		use: async ({ page, other }) => {
			for (const [each, words] of [
				[page, 'You are on the list.'],
				[other, 'You are on the list already.'],
			] as const) {
				await fill(each, 'E-mail', 'ann@example.test');
				await click(each, 'Join the list');
				await see(each, words);
			}
			await page.reload();
		},
	},
};
