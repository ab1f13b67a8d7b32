// Run by kill.integration.test.ts: writes until it is killed and prints the id of each answered write.
import { writeSync } from 'node:fs';
import { sql } from '../../../pb/sql/index.ts';
import { openSqliteStore } from '../../../pb/store/index.ts';

const [path = '', round = ''] = process.argv.slice(2);
const store = await openSqliteStore({ path, durability: 'full', queryTimeoutMs: 5_000 });

async function client(name: string): Promise<never> {
	for (let i = 0; ; i++) {
		const id = `${round}-${name}-${i}`;
		// Most share a database transaction with others when the disk is at work, some are alone.
		const mayShare = i % 3 !== 0;
		await store.write(
			async (tx) => {
				// A batch of ten rows every few writes: all of it or nothing.
				const rows = i % 5 === 0 ? 10 : 1;
				for (let row = 0; row < rows; row++) {
					await tx.run(
						sql`INSERT INTO t (batch, part, size, filler) VALUES (${id}, ${row}, ${rows}, ${'x'.repeat(200)})`,
					);
					if (rows > 1 && row === 5) await new Promise((resolve) => setImmediate(resolve));
				}
			},
			{ mayShare },
		);
		if (i % 4 === 0) await undone(`${id}-undone`);
		writeSync(1, `${id}\n`);
		await new Promise((resolve) => setImmediate(resolve));
	}
}

/** Writes a part of something that does not get whole, and takes it back. */
async function undone(id: string): Promise<void> {
	const write = store.write(
		async (tx) => {
			await tx.run(sql`INSERT INTO t (batch, part, size, filler) VALUES (${id}, 0, 2, '')`);
			throw new Error('undone');
		},
		{ mayShare: true },
	);
	await write.catch(() => undefined);
}

await Promise.all(Array.from({ length: 8 }, (_, i) => client(`c${i}`)));
