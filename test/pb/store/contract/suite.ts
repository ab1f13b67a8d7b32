import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guard, ident, sql } from '../../../../pb/sql/index.ts';
import { StoreError, type Store } from '../../../../pb/store/index.ts';

/** One implementation under test. `open` may be called again with the same place to see what is durable. */
export interface StoreUnderTest {
	readonly name: string;
	/** A fresh place for a database. */
	create(): Promise<{
		open(options?: { onEffectError?: (error: unknown) => void }): Promise<Store>;
		/** A path that `snapshot` may write, and a store opened on it. */
		readonly snapshotPath: string;
		openSnapshot(): Promise<Store>;
		remove(): Promise<void>;
	}>;
}

type Place = Awaited<ReturnType<StoreUnderTest['create']>>;

const people = ident('people');
const insert = (id: string, name = id) =>
	sql`INSERT INTO ${people} (id, name) VALUES (${id}, ${name})`;
const names = async (store: Pick<Store, 'all'>): Promise<unknown[]> =>
	(await store.all(sql`SELECT id FROM ${people} ORDER BY id`)).map((row) => row['id']);
const codeOf = async (work: Promise<unknown>): Promise<string> => {
	try {
		await work;
		return 'no error';
	} catch (error) {
		return error instanceof StoreError ? error.code : `not a StoreError: ${String(error)}`;
	}
};
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** What every store promises; run once per implementation. */
export function describeStore(implementation: StoreUnderTest): void {
	describe(`store contract: ${implementation.name}`, () => {
		let place: Place;
		let store: Store;
		let effectErrors: unknown[];

		beforeEach(async () => {
			effectErrors = [];
			place = await implementation.create();
			store = await place.open({ onEffectError: (error) => effectErrors.push(error) });
			await store.write(async (tx) => {
				await tx.run(
					sql`CREATE TABLE ${people} (id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, age NUMERIC)`,
				);
				await tx.run(sql`CREATE UNIQUE INDEX people_pair ON ${people} (name, age)`);
			});
		});
		afterEach(async () => {
			await store.close();
			await place.remove();
		});

		describe('values', () => {
			it.each([
				['null', null],
				['zero', 0],
				['integer', 42],
				['largest safe integer', Number.MAX_SAFE_INTEGER],
				['real', 1.5],
				['huge real', 1e300],
				['bigint past 2^53', 9_007_199_254_740_993n],
				['negative bigint', -9_223_372_036_854_775_808n],
				['text', "o'brien \u0000 \u{1F600}"],
				['empty text', ''],
			])('returns %s as it was bound', async (_, value) => {
				const row = await store.get(sql`SELECT ${value} AS value`);
				expect(row?.['value']).toStrictEqual(value);
			});

			it('returns bytes as bytes', async () => {
				const row = await store.get(sql`SELECT ${new Uint8Array([0, 255, 7])} AS value`);
				expect([...(row?.['value'] as Uint8Array)]).toEqual([0, 255, 7]);
			});

			it('stores a whole number in a text column without a fraction', async () => {
				await store.write((tx) => tx.run(sql`INSERT INTO ${people} (id, name) VALUES ('a', ${7})`));
				expect(await store.get(sql`SELECT name FROM ${people}`)).toEqual({ name: '7' });
			});

			it('keeps large integers exact in every kind of read', async () => {
				const big = 9_007_199_254_740_993n;
				const query = sql`SELECT id, age FROM ${people}`;
				const [returned] = await store.write((tx) =>
					tx.all(
						sql`INSERT INTO ${people} (id, name, age) VALUES ('a', 'a', ${big}) RETURNING age, 1 AS one`,
					),
				);
				expect(returned).toEqual({ age: big, one: 1 });
				expect(await store.get(query)).toEqual({ id: 'a', age: big });
				expect(await store.all(query)).toEqual([{ id: 'a', age: big }]);
				expect(await store.scan(query)).toEqual([{ id: 'a', age: big }]);
			});
		});

		describe('transactions', () => {
			it('commits, reports changes and shows the result to readers', async () => {
				const changes = await store.write(async (tx) => {
					await tx.run(insert('a'));
					await tx.run(insert('b'));
					expect(await names(tx)).toEqual(['a', 'b']);
					expect(await names(store)).toEqual([]);
					return (await tx.run(sql`UPDATE ${people} SET age = 1`)).changes;
				});
				expect(changes).toBe(2);
				expect(await names(store)).toEqual(['a', 'b']);
			});

			it('counts the changes of a statement that returns rows', async () => {
				const { changes } = await store.write((tx) =>
					tx.run(sql`INSERT INTO ${people} (id, name) VALUES ('a', 'a'), ('b', 'b') RETURNING id`),
				);
				expect(changes).toBe(2);
			});

			it('counts commits that may have written, before anybody can read what they wrote', async () => {
				const before = store.version;
				await store.write((tx) => tx.all(sql`SELECT * FROM ${people}`));
				expect(store.version).toBe(before);
				let inside = 0;
				await store.write(async (tx) => {
					await tx.run(insert('a'));
					inside = store.version;
				});
				expect(inside).toBe(before);
				expect(store.version).toBeGreaterThan(inside);
				const after = store.version;
				await store.write((tx) => tx.run(sql`CREATE TABLE other (n)`));
				await store.write((tx) => tx.all(sql`DELETE FROM ${people} RETURNING id`));
				expect(store.version).toBeGreaterThan(after + 1);
			});

			it('are the only place where a statement may write', async () => {
				await store.write((tx) => tx.run(insert('a')));
				const version = store.version;
				for (const read of [store.all.bind(store), store.get.bind(store), store.scan.bind(store)])
					expect(await codeOf(read(sql`DELETE FROM ${people} RETURNING id`))).toBe('invalid_query');
				expect(await names(store)).toEqual(['a']);
				expect(store.version).toBe(version);
			});

			it('rolls everything back when the body throws, and passes the error on', async () => {
				const failure = new Error('no');
				const work = store.write(async (tx) => {
					await tx.run(insert('a'));
					throw failure;
				});
				await expect(work).rejects.toBe(failure);
				expect(await names(store)).toEqual([]);
			});

			it('never mixes bodies that await', async () => {
				const log: string[] = [];
				const body =
					(id: string, fails: boolean) =>
					async (tx: Parameters<Parameters<Store['write']>[0]>[0]) => {
						log.push(`start ${id}`);
						await tx.run(insert(id));
						await pause();
						log.push(`end ${id}`);
						if (fails) throw new Error(id);
					};
				const results = await Promise.allSettled([
					store.write(body('a', false)),
					store.write(body('b', true)),
					store.write(body('c', false)),
				]);
				expect(results.map((result) => result.status)).toEqual([
					'fulfilled',
					'rejected',
					'fulfilled',
				]);
				expect(log).toEqual(['start a', 'end a', 'start b', 'end b', 'start c', 'end c']);
				expect(await names(store)).toEqual(['a', 'c']);
			});

			it('goes on after a failed statement that the body caught', async () => {
				await store.write(async (tx) => {
					await tx.run(insert('a'));
					expect(await codeOf(tx.run(insert('a')))).toBe('unique_violation');
					await tx.run(insert('b'));
				});
				expect(await names(store)).toEqual(['a', 'b']);
			});

			it('refuses a transaction after its end', async () => {
				const tx = await store.write(async (open) => open);
				expect(await codeOf(tx.run(insert('a')))).toBe('closed');
				expect(await names(store)).toEqual([]);
			});

			it('survives being closed and opened again', async () => {
				await store.write((tx) => tx.run(insert('a')));
				await store.close();
				store = await place.open();
				expect(await names(store)).toEqual(['a']);
			});
		});

		describe('savepoints', () => {
			it('undoes only what was done inside', async () => {
				await store.write(async (tx) => {
					await tx.run(insert('a'));
					const inner = tx.savepoint(async () => {
						await tx.run(insert('b'));
						await tx.savepoint(() => tx.run(insert('c')));
						throw new Error('undo');
					});
					await expect(inner).rejects.toThrow('undo');
					await tx.savepoint(() => tx.run(insert('d')));
				});
				expect(await names(store)).toEqual(['a', 'd']);
			});

			it('fails the transaction when savepoints overlap', async () => {
				const work = store.write(async (tx) => {
					await Promise.allSettled([
						tx.savepoint(async () => {
							await tx.run(insert('a'));
							await pause();
						}),
						tx.savepoint(async () => {
							await tx.run(insert('b'));
							await pause();
							await pause();
						}),
					]);
				});
				expect(await codeOf(work)).toBe('invalid_query');
				expect(await names(store)).toEqual([]);
			});
		});

		describe('effects', () => {
			it('run after the commit, in order, and see the rows', async () => {
				const log: unknown[] = [];
				await store.write(async (tx) => {
					tx.afterCommit(async () => {
						await pause();
						log.push(await names(store));
					});
					tx.afterCommit(() => void log.push('second'));
					tx.afterRollback(() => void log.push('never'));
					await tx.run(insert('a'));
					log.push('body');
				});
				expect(log).toEqual(['body', ['a'], 'second']);
			});

			it('of a rollback run last first, those of a commit are dropped', async () => {
				const log: string[] = [];
				const work = store.write(async (tx) => {
					tx.afterCommit(() => void log.push('never'));
					tx.afterRollback(() => void log.push('one'));
					await tx.savepoint(async () => tx.afterRollback(() => void log.push('two')));
					throw new Error('no');
				});
				await expect(work).rejects.toThrow('no');
				expect(log).toEqual(['two', 'one']);
			});

			it('of a savepoint follow the savepoint', async () => {
				const log: string[] = [];
				await store.write(async (tx) => {
					await tx.savepoint(async () => tx.afterCommit(() => void log.push('kept')));
					await tx
						.savepoint(async () => {
							tx.afterCommit(() => void log.push('never'));
							tx.afterRollback(() => void log.push('undone'));
							throw new Error('no');
						})
						.catch(() => undefined);
					log.push('body');
				});
				expect(log).toEqual(['undone', 'body', 'kept']);
			});

			it('that fail are reported and hurt nobody', async () => {
				const log: string[] = [];
				await store.write(async (tx) => {
					tx.afterCommit(() => {
						throw new Error('effect');
					});
					tx.afterCommit(() => void log.push('next'));
				});
				expect(log).toEqual(['next']);
				expect(effectErrors.map(String)).toEqual(['Error: effect']);
			});
		});

		describe('errors', () => {
			it('name the columns of a broken unique constraint', async () => {
				await store.write((tx) =>
					tx.run(sql`INSERT INTO ${people} (id, name, age) VALUES ('a', 'x', 1)`),
				);
				const columnsOf = async (query: ReturnType<typeof sql>): Promise<unknown> =>
					store.write((tx) => tx.run(query)).catch((error: unknown) => error);
				expect(await columnsOf(insert('a', 'y'))).toMatchObject({
					code: 'unique_violation',
					columns: ['people.id'],
				});
				expect(
					await columnsOf(sql`INSERT INTO ${people} (id, name, age) VALUES ('b', 'x', 1)`),
				).toMatchObject({ code: 'unique_violation', columns: ['people.name', 'people.age'] });
			});

			it.each([
				['a missing value', 'constraint_violation', sql`INSERT INTO ${people} (id) VALUES ('a')`],
				['bad syntax', 'invalid_query', sql`SELEKT 1`],
				['an unknown table', 'invalid_query', sql`SELECT * FROM nowhere`],
				['two statements', 'invalid_query', sql`SELECT 1; SELECT 2`],
				['a missing parameter', 'invalid_query', { sql: 'SELECT ?', params: [] }],
				['an integer past 64 bits', 'invalid_query', sql`SELECT ${2n ** 64n}`],
			])('of %s have the code %s', async (_, code, query) => {
				expect(await codeOf(store.write((tx) => tx.run(query)))).toBe(code);
			});

			it.each(['all', 'get', 'scan'] as const)('refuse to write through %s', async (method) => {
				expect(await codeOf(store[method](insert('a')))).toBe('invalid_query');
				expect(await names(store)).toEqual([]);
			});

			it('come back from a scan with the same code', async () => {
				expect(await codeOf(store.scan(sql`SELECT * FROM nowhere`))).toBe('invalid_query');
			});
		});

		describe('schema changes', () => {
			it('are seen by every reader at once, also by statements used before', async () => {
				const query = sql`SELECT * FROM ${people}`;
				await store.write((tx) => tx.run(insert('a')));
				const before = { id: 'a', name: 'a', age: null };
				expect(await store.all(query)).toEqual([before]);
				expect(await store.scan(query)).toEqual([before]);
				await store.write((tx) =>
					tx.run(sql`ALTER TABLE ${people} ADD COLUMN city TEXT DEFAULT 'x'`),
				);
				const after = { ...before, city: 'x' };
				expect(await store.all(query)).toEqual([after]);
				expect(await store.get(query)).toEqual(after);
				expect(await store.scan(query)).toEqual([after]);
				expect(await store.write((tx) => tx.all(query))).toEqual([after]);
				await store.write((tx) => tx.run(sql`DROP TABLE ${people}`));
				expect(await codeOf(store.all(query))).toBe('invalid_query');
			});
		});

		describe('scans', () => {
			const fill = (count: number): Promise<unknown> =>
				store.write((tx) =>
					tx.run(
						sql`INSERT INTO ${people} (id, name, age)
							WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
							SELECT 'r' || i, 'n' || i, i FROM n`,
					),
				);
			const endless = (aliases: readonly string[]) =>
				sql`SELECT count(*) AS c FROM ${people} a, ${people} b, ${people} c
					WHERE a.age + b.age + c.age > ${0} AND ${guard(aliases)}`;

			it('give what the same query gives inline', async () => {
				await fill(1000);
				const query = sql`SELECT count(*) AS c, sum(age) AS s FROM ${people} a WHERE ${guard(['a'])}`;
				expect(await store.scan(query)).toEqual([{ c: 1000, s: 500_500 }]);
				expect(await store.all(query)).toEqual([{ c: 1000, s: 500_500 }]);
			});

			it('keep rows of an outer join and of a subquery that a guard depends on', async () => {
				await fill(100);
				const query = sql`SELECT count(*) AS c FROM ${people} a
					LEFT JOIN ${people} b ON b.id = 'missing' LEFT JOIN (SELECT id FROM ${people}) v ON v.id = a.id
					WHERE ${guard(['a', 'b'], ['v'])}`;
				expect(await store.scan(query)).toEqual([{ c: 100 }]);
			});

			it('end at their deadline', async () => {
				await fill(2000);
				expect(await codeOf(store.scan(endless(['a', 'b', 'c']), { timeoutMs: 100 }))).toBe(
					'query_timeout',
				);
				expect(await store.scan(sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
			});

			it('end when aborted, also before they start', async () => {
				await fill(2000);
				const controller = new AbortController();
				const running = store.scan(endless(['a', 'b', 'c']), { signal: controller.signal });
				setTimeout(() => controller.abort(), 100);
				expect(await codeOf(running)).toBe('query_cancelled');
				expect(await codeOf(store.scan(sql`SELECT 1`, { signal: controller.signal }))).toBe(
					'query_cancelled',
				);
				expect(await store.scan(sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
			});

			it('without a guard are given up, and others go on', async () => {
				await fill(600);
				const query = sql`SELECT count(*) AS c FROM ${people} a, ${people} b, ${people} c
					WHERE a.age + b.age + c.age > ${0}`;
				expect(await codeOf(store.scan(query, { timeoutMs: 50 }))).toBe('query_timeout');
				expect(await store.scan(sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
			});

			it('wait for their turn when there are many', async () => {
				await fill(100);
				const query = sql`SELECT count(*) AS c FROM ${people}`;
				const results = await Promise.all(Array.from({ length: 40 }, () => store.scan(query)));
				expect(results.flat().every((row) => row['c'] === 100)).toBe(true);
			});
		});

		describe('snapshot and care', () => {
			it('copies one moment while writes go on', async () => {
				const load = { isOn: true };
				let written = 0;
				const writing = (async () => {
					while (load.isOn) {
						await store.write(async (tx) => {
							await tx.run(insert(`p${written}-1`));
							await pause();
							await tx.run(insert(`p${written}-2`));
						});
						written += 1;
					}
				})();
				await pause();
				await store.snapshot(place.snapshotPath);
				load.isOn = false;
				await writing;
				const copy = await place.openSnapshot();
				const count = Number((await copy.get(sql`SELECT count(*) AS c FROM ${people}`))?.['c']);
				await copy.close();
				expect(count % 2).toBe(0);
				expect(count).toBeLessThanOrEqual(written * 2);
				expect(await names(store)).toHaveLength(written * 2);
			});

			it('optimizes between writes', async () => {
				const writes = Array.from({ length: 20 }, (_, i) =>
					store.write((tx) => tx.run(insert(`w${i}`))),
				);
				await Promise.all([store.optimize(), ...writes, store.optimize()]);
				expect(await names(store)).toHaveLength(20);
			});
		});

		describe('close', () => {
			it('waits for running writes and their effects, then refuses', async () => {
				const log: string[] = [];
				const running = store.write(async (tx) => {
					await pause();
					await tx.run(insert('a'));
					tx.afterCommit(async () => {
						await pause();
						log.push(`effect sees ${(await names(store)).join()}`);
					});
				});
				const closing = store.close();
				expect(await codeOf(store.write((tx) => tx.run(insert('b'))))).toBe('closed');
				await Promise.all([running, closing, store.close()]);
				expect(log).toEqual(['effect sees a']);
				expect(await codeOf(store.all(sql`SELECT 1`))).toBe('closed');
				expect(await codeOf(store.scan(sql`SELECT 1`))).toBe('closed');
				store = await place.open();
				expect(await names(store)).toEqual(['a']);
			});
		});
	});
}
