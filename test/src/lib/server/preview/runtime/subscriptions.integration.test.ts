import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../../../../e2e/support/browser.ts';
import { chromiumPath } from '../../../../../run/chromium.ts';
import { isMine, one, read, table, text, to } from '../../../../../tasks/build.ts';
import { openWorkshop, put } from '../../../../../tasks/play.ts';
import { createWorld, type World } from '../../../../../tasks/world.ts';
import type { Installation } from '../../support/installation.ts';

/** The page's own script does nothing: the test calls what the app's modules offer. */
const app = `<script>
	import { auth } from '$auth';
	import { data } from '$data';
	const heard = [];
	const refused = [];
	const listen = (name, collection = 'notes', options = {}) =>
		data[collection].subscribe(({ action, record }) => heard.push(name + ' ' + action + ' ' + record.text), {
			onError: (error) => refused.push(error.status),
			...options,
		});
	window.app = { auth, data, heard, refused, listen };
</script>
<h1>Listening</h1>
`;

interface Case {
	/** Runs in the page while the first request for the topic waits. */
	readonly meanwhile?: string;
	/** Runs in the page once nothing waits any more. */
	readonly then?: string;
	readonly heard: readonly string[];
}

// `a` listens first in each.
const cases: readonly (readonly [name: string, asked: Case])[] = [
	['one', { heard: ['a create hi'] }],
	[
		'another that joins while the request is under way',
		{ meanwhile: `app.listen('b')`, heard: ['a create hi', 'b create hi'] },
	],
	[
		'an effect that runs again while the request is under way',
		{ meanwhile: `app.a(); app.listen('b')`, heard: ['b create hi'] },
	],
	[
		'stopped and started twice while the request is under way',
		{
			meanwhile: `app.a(); const b = app.listen('b'); b(); app.listen('c')`,
			heard: ['c create hi'],
		},
	],
	[
		'another filter that joins while the request is under way',
		{
			meanwhile: `app.listen('b', 'notes', { filter: 'text = "hi"' }); app.listen('c', 'notes', { filter: 'text = "ho"' })`,
			heard: ['a create hi', 'b create hi'],
		},
	],
	['the rest, when one of two stops', { then: `app.listen('b'); app.a()`, heard: ['b create hi'] }],
	['nobody after the last stops', { then: `app.listen('b')(); app.a()`, heard: [] }],
	[
		'the others, when one throws',
		{
			then: `app.a(); app.data.notes.subscribe(() => { throw new Error('mine') }); app.listen('b')`,
			heard: ['b create hi'],
		},
	],
];

describe.skipIf(chromiumPath() === undefined)('who hears a change', () => {
	let tinykit: Installation;
	let browser: Browser;
	let slug: string;
	let world: World;
	beforeAll(async () => {
		[browser, tinykit] = await Promise.all([openBrowser(), openWorkshop()]);
		({ slug } = await tinykit.runtime.apps.create('Listening'));
		await put(tinykit, slug, {
			...one({
				create: [
					table('notes', [text('text')], { ...read(''), create: '' }),
					table('diary', [text('text'), to('author', 'users')], read(isMine('author'))),
				],
			}),
			files: { 'src/App.svelte': app },
		});
		world = createWorld(tinykit, slug);
	});
	afterAll(async () => {
		await browser.close();
		await tinykit.close();
	});

	/** A page of the app; its first request for topics waits until `go` is called. */
	async function open(): Promise<{ page: Page; asked: Promise<void>; go: () => void }> {
		const page = await browser.newPage();
		const asked = Promise.withResolvers<undefined>();
		const go = Promise.withResolvers<undefined>();
		await page.route('**/api/realtime', async (route) => {
			if (route.request().method() === 'POST') {
				asked.resolve(undefined);
				await go.promise;
			}
			await route.continue();
		});
		await page.goto(`http://${slug}--draft.localhost:${String(tinykit.port)}`);
		await page.getByRole('heading').waitFor();
		await page.evaluate(`app.a = app.listen('a')`);
		return { page, asked: asked.promise, go: () => go.resolve(undefined) };
	}
	/** Long enough for requests of the page and for a message to arrive. */
	const settled = (page: Page) => page.waitForTimeout(300);

	it.each(cases)('%s', async (_, { meanwhile, then, heard }) => {
		const { page, asked, go } = await open();
		try {
			await asked;
			if (meanwhile !== undefined) await page.evaluate(`{ ${meanwhile} }`);
			go();
			await settled(page);
			if (then !== undefined) await page.evaluate(`{ ${then} }`);
			await settled(page);
			await world.as('superuser').create('notes', { text: 'hi' });
			await settled(page);
			expect(await page.evaluate('app.heard.toSorted()')).toEqual(heard);
			expect(await page.evaluate('app.refused')).toEqual([]);
		} finally {
			await page.close();
		}
	});

	it('each person hears their own after signing in, out and in as somebody else', async () => {
		const { page, go } = await open();
		const signIn = async (who: string): Promise<void> => {
			await page.evaluate(`app.auth.signIn('${who}@example.com', 'a long enough password')`);
			await settled(page);
		};
		const write = async (text: string): Promise<void> => {
			for (const who of ['ann', 'bob'] as const)
				await world
					.as('superuser')
					.create('diary', { text: `${text} of ${who}`, author: await world.idOf(who) });
			await settled(page);
		};
		const heard = (): Promise<unknown> => page.evaluate('app.heard.splice(0)');
		try {
			go();
			await page.evaluate(
				`app.listen('d', 'diary'); app.listen('n', 'notes', { filter: 'text != ""' })`,
			);
			await settled(page);
			await write('one');
			expect(await heard()).toEqual([]);
			await signIn('ann');
			await write('two');
			expect(await heard()).toEqual(['d create two of ann']);
			await page.evaluate('app.auth.signOut()');
			await settled(page);
			await write('three');
			expect(await heard()).toEqual([]);
			await signIn('bob');
			await write('four');
			expect(await heard()).toEqual(['d create four of bob']);
			expect(await page.evaluate('app.refused')).toEqual([]);
		} finally {
			await page.close();
		}
	});
});
