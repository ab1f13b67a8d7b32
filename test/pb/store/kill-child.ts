// Run by kill.integration.test.ts: writes until it is killed and prints the id of each answered write.
import { writeSync } from 'node:fs';
import { sql } from '../../../pb/sql/index.ts';
import { openSqliteStore } from '../../../pb/store/index.ts';

const [path = '', round = ''] = process.argv.slice(2);
const store = await openSqliteStore({ path, durability: 'full', queryTimeoutMs: 5_000 });

async function client(name: string): Promise<never> {
	for (let i = 0; ; i++) {
		const id = `${round}-${name}-${i}`;
		await store.write(async (tx) => {
			// A batch of ten rows every few writes: all of it or nothing.
			const rows = i % 5 === 0 ? 10 : 1;
			for (let row = 0; row < rows; row++) {
				await tx.run(
					sql`INSERT INTO t (batch, part, size, filler) VALUES (${id}, ${row}, ${rows}, ${'x'.repeat(200)})`,
				);
				if (rows > 1 && row === 5) await new Promise((resolve) => setImmediate(resolve));
			}
		});
		writeSync(1, `${id}\n`);
		await new Promise((resolve) => setImmediate(resolve));
	}
}

await Promise.all(Array.from({ length: 8 }, (_, i) => client(`c${i}`)));
