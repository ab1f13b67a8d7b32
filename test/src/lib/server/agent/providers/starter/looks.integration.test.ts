import AxeBuilder from '@axe-core/playwright';
import { join } from 'node:path';
import { chromium as engine, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipes } from '#lib/server/agent/providers/starter/recipes/index.ts';
import { chromium, hasChromium, openStarterBench, type StarterBench } from './bench.ts';
import { uses } from './uses.ts';

/** Where screenshots go, for somebody to look at. */
const shots = process.env['TINYKIT_SHOTS'];

/** Every recipe used in a real browser: it works, it is accessible, it fits a small phone. */
describe.skipIf(!hasChromium)('recipes in a browser', () => {
	let bench: StarterBench;
	let browser: Browser;
	beforeAll(async () => {
		[bench, browser] = await Promise.all([
			openStarterBench(),
			engine.launch({ executablePath: chromium, args: ['--no-sandbox'] }),
		]);
	});
	afterAll(async () => {
		await browser.close();
		await bench.close();
	});

	async function open(context: BrowserContext, url: string, errors: string[]): Promise<Page> {
		const page = await context.newPage();
		page.setDefaultTimeout(20_000);
		page.on('pageerror', (error) => errors.push(String(error)));
		page.on('console', (line) => {
			// Not the app's: browsers say so of policies newer than they are.
			const isPolicy = line.text().startsWith('Unrecognized Content-Security-Policy directive');
			if (line.type() === 'error' && !isPolicy) errors.push(line.text());
		});
		await page.goto(url);
		return page;
	}

	async function signUp(page: Page, name: string, isNamed: boolean): Promise<void> {
		await page.getByRole('button', { name: 'I am new here' }).click();
		if (isNamed) await page.getByLabel('Name').fill(name);
		await page.getByLabel('E-mail').fill(`${name.toLowerCase()}@example.test`);
		await page.getByLabel('Password').fill('correct horse');
		await page.getByRole('button', { name: 'Create account' }).click();
		await page.getByRole('button', { name: 'Sign out' }).waitFor();
	}

	/** No accessibility finding in light and dark, nothing wider than a small phone. */
	async function looksRight(page: Page, name: string): Promise<void> {
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme });
			const { violations } = await new AxeBuilder({ page }).analyze();
			expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
			if (shots === undefined) continue;
			for (const width of [1440, 390]) {
				await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
				await page.screenshot({ path: join(shots, `${name}-${colorScheme}-${width}.png`) });
			}
		}
		await page.setViewportSize({ width: 360, height: 740 });
		expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
	}

	it.each(recipes)('$name', async (recipe) => {
		const errors: string[] = [];
		const { use, signIn } = uses[recipe.name] ?? expect.fail(`nobody uses ${recipe.name}`);
		const slug = await bench.make(recipe, '');
		const url = `http://${slug}--draft.localhost:${String(bench.installation.port)}/`;
		const contexts = [await browser.newContext(), await browser.newContext()] as const;
		const [page, other] = await Promise.all([
			open(contexts[0], url, errors),
			open(contexts[1], url, errors),
		]);
		if (signIn !== undefined) {
			await Promise.all([
				signUp(page, 'Ann', signIn === 'named'),
				signUp(other, 'Bob', signIn === 'named'),
			]);
		}
		await use({ page, other });
		// A vote, an address that is on the list already: the browser itself notes a refused request.
		expect(errors.filter((line) => !/status of 400/.test(line))).toEqual([]);
		await page.setViewportSize({ width: 1440, height: 900 });
		await looksRight(page, recipe.name);
		await Promise.all(contexts.map((context) => context.close()));
	});
});
