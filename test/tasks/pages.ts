import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { Installation } from '../src/lib/server/support/installation.ts';
import type { Identity, World } from './world.ts';

/** An app's draft in real browsers, one for each of the people. */
export interface Pages {
	/** The page in a browser of its own, signed in; always the same one. */
	readonly open: (who: Exclude<Identity, 'superuser'>) => Promise<Page>;
	/** Notes the words as a failure and ends the look, unless the element is there soon. */
	readonly see: (words: string, element: Locator) => Promise<void>;
	/** As `see`, of something that must not be there once `ready` is. */
	readonly miss: (words: string, element: Locator, ready: Locator) => Promise<void>;
}

/** Milliseconds something may take to be seen. */
const patience = 5000;

/** Thrown after a failure was noted: what follows needs what is missing. */
class Unseen extends Error {}

/**
 * Looks at an app in browsers and notes in the world what is not as it should be.
 * @param look what is done and seen there
 */
export async function lookAt(
	tinykit: Installation,
	browser: Browser,
	{ world, slug }: { readonly world: World; readonly slug: string },
	look: (pages: Pages) => Promise<void>,
): Promise<void> {
	const origin = `http://${slug}--draft.localhost:${String(tinykit.port)}`;
	const contexts: BrowserContext[] = [];
	const opened = new Map<string, Promise<Page>>();
	const show = async (who: Exclude<Identity, 'superuser'>): Promise<Page> => {
		const session = who === 'anonymous' ? undefined : await world.session(who);
		const kept = { name: 'pocketbase_auth', value: JSON.stringify(session) };
		const context = await browser.newContext({
			storageState: { cookies: [], origins: session ? [{ origin, localStorage: [kept] }] : [] },
		});
		contexts.push(context);
		const page = await context.newPage();
		page.setDefaultTimeout(patience);
		page.on('pageerror', (error) => world.check(`the page has an error: ${error.message}`, false));
		await page.goto(origin);
		return page;
	};
	const isThere = (element: Locator): Promise<boolean> =>
		element
			.first()
			.waitFor()
			.then(
				() => true,
				() => false,
			);
	const must = (words: string, holds: boolean): void => {
		world.check(words, holds);
		if (!holds) throw new Unseen(words);
	};
	try {
		await look({
			open(who) {
				const page = opened.get(who) ?? show(who);
				opened.set(who, page);
				return page;
			},
			see: async (words, element) => must(words, await isThere(element)),
			async miss(words, element, ready) {
				must(`${words}: the page is there`, await isThere(ready));
				must(words, (await element.count()) === 0);
			},
		});
	} catch (error) {
		if (!(error instanceof Unseen)) throw error;
	} finally {
		await Promise.all(contexts.map((context) => context.close()));
	}
}
