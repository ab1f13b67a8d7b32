/** Prints what checkpoints and restores of an app with many rows cost: `node test/…/measure.ts [rows]`. */
import { openPlace, slug, text } from './place.ts';

const rows = Number(process.argv[2] ?? 100_000);
const place = await openPlace();
const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
	const from = performance.now();
	const result = await work();
	process.stdout.write(`${what}: ${String(Math.round(performance.now() - from))} ms\n`);
	return result;
};
const write = (statement: string): Promise<unknown> =>
	place.draft(({ app }) => app.store.write((tx) => tx.run({ sql: statement, params: [] })));
const all = ['code', 'schema', 'data'] as const;
const restore = (id: string, dryRun = false) =>
	place.checkpoints.restore(slug, id, { parts: [...all], dryRun });
try {
	await write(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${String(rows)})
		INSERT INTO posts (id, title, body) SELECT printf('row%012d', i), 'Title ' || i, hex(randomblob(60)) FROM n`);
	const { id, bytes } = await timed('checkpoint', () => place.checkpoints.create(slug, ''));
	process.stdout.write(`${String(rows)} rows, ${String(Math.round(bytes / 1e6))} MB\n`);
	await timed('checkpoint, nothing written', () => place.checkpoints.create(slug, ''));
	await write(`DELETE FROM posts WHERE rowid % 10 = 0`);
	await write(`UPDATE posts SET title = 'changed' WHERE rowid % 10 = 1`);
	await timed('dry run', () => restore(id, true));
	await timed('restore', () => restore(id));
	await place.alter((collections) => {
		const posts = collections.get('posts');
		if (posts) collections.set('posts', { ...posts, fields: [...posts.fields, text('extra')] });
	});
	await write(`DELETE FROM posts WHERE rowid % 10 = 0`);
	await timed('restore, the schema has changed since', () => restore(id));
} finally {
	await place.tinykit.close();
}
