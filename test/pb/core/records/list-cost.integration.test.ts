import { afterEach, describe, expect, it } from 'vitest';
import type { Collection } from '../../../../pb/core/index.ts';
import { listRecords, parseListQuery } from '../../../../pb/core/records/index.ts';
import { sql } from '../../../../pb/sql/index.ts';
import type { Store } from '../../../../pb/store/index.ts';
import { collectionOf } from './fixtures.ts';
import { createTestCore, guest, type TestCore } from './harness.ts';

let test: TestCore;
afterEach(() => test.close());

/** `rows` posts, of which the first thousand belong to `me`; counts the reads that left the main thread. */
async function open(rows: number, listRule: string) {
	const posts = collectionOf(
		'posts',
		[
			{ name: 'owner', type: 'text' },
			{ name: 'title', type: 'text' },
		],
		{ listRule, indexes: ['CREATE INDEX `idx_owner` ON `posts` (`owner`)'] },
	);
	test = await createTestCore([posts]);
	await test.core.store.write((tx) =>
		tx.run(
			sql`INSERT INTO posts (id, owner, title) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) SELECT 'p' || i, CASE WHEN i <= 1000 THEN 'me' ELSE 'you' END, 't' || i FROM n`,
		),
	);
	let scans = 0;
	const { store } = test.core;
	const counting: Store = {
		get version() {
			return store.version;
		},
		get untracked() {
			return store.untracked;
		},
		all: (query) => store.all(query),
		get: (query) => store.get(query),
		write: (body) => store.write(body),
		snapshot: (path) => store.snapshot(path),
		optimize: () => store.optimize(),
		close: () => store.close(),
		scan: (query, options) => {
			scans++;
			return store.scan(query, options);
		},
		recall: (query, options) => {
			if (options.as === 'scan') scans++;
			return store.recall(query, options);
		},
	};
	const core = { ...test.core, store: counting };
	return async (query: string) => {
		scans = 0;
		const page = await listRecords(core, posts, guest, parseListQuery(new URLSearchParams(query)));
		return [page.items.length, page.totalItems, scans];
	};
}

describe('where a list is read', () => {
	it.each([
		// rows, rule, query, items, total, reads off the main thread
		[900, '', '', 30, 900, 0],
		[900, '', 'filter=title="t9"', 1, 1, 0],
		[900, "title != 't9'", 'sort=-title', 30, 899, 0],
		[900, '', 'filter=title~"t9"', 12, 12, 0],
		[900, "title ~ 't9'", 'sort=-title', 12, 12, 0],
		[900, "owner = 'me'", 'filter=title~"t9"', 12, 12, 0],
		// A long pattern, and many of them.
		[1000, '', `filter=title~"${'t'.repeat(3400)}"`, 0, 0, 1],
		[900, '', `filter=${'title!="x"%26%26'.repeat(90)}title="t9"`, 1, 1, 1],
		[1000, "owner = 'me'", `filter=title~"${'t'.repeat(3400)}"`, 0, 0, 1],
		[6000, '', '', 30, 6000, 0],
		[100_001, '', '', 30, 100_001, 1],
		[6000, '', 'skipTotal=1', 30, -1, 0],
		[6000, '', 'filter=title="t9"', 1, 1, 1],
		[6000, "owner = 'me'", 'sort=-title', 30, 1000, 0],
		[21000, "owner = 'me'", '', 30, 1000, 0],
		[21000, "owner = 'me'", 'sort=-title', 30, 1000, 2],
		[21000, "owner = 'me'", 'filter=title="t9"', 1, 1, 1],
		[21000, '', 'page=400&perPage=30&skipTotal=1', 30, -1, 1],
	])('%i rows, rule "%s", %s', async (rows, rule, query, items, total, scans) => {
		const list = await open(rows, rule);
		expect(await list(query.replaceAll('"', '%22'))).toEqual([items, total, scans]);
	});
});

describe('a view', () => {
	it('is listed under a rule that lets nothing pass', async () => {
		const posts = collectionOf('posts', []);
		const view: Collection = {
			...collectionOf('names', [], { listRule: "@request.auth.id != '' && id != ''" }),
			type: 'view',
			viewQuery: 'SELECT id FROM posts',
		};
		test = await createTestCore([posts, view]);
		await test.core.store.write((tx) => tx.run(sql`CREATE VIEW names AS SELECT id FROM posts`));
		const query = parseListQuery(new URLSearchParams('sort=id'));
		expect(await listRecords(test.core, view, guest, query)).toMatchObject({ totalItems: 0 });
	});
});
