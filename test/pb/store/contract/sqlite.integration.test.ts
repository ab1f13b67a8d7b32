import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../../../pb/store/index.ts';
import { describeStore, type StoreUnderTest } from './suite.ts';

const sqlite = (durability: 'full' | 'normal'): StoreUnderTest => ({
	name: `sqlite, durability ${durability}`,
	async create() {
		const directory = await mkdtemp(join(tmpdir(), 'store-'));
		const snapshotPath = join(directory, 'snapshot.db');
		const open = (path: string, options = {}) =>
			openSqliteStore({ path, durability, queryTimeoutMs: 5_000, ...options });
		return {
			open: (options) => open(join(directory, 'data.db'), options),
			snapshotPath,
			openSnapshot: () => open(snapshotPath),
			remove: () => rm(directory, { recursive: true, force: true }),
		};
	},
});

describeStore(sqlite('full'));
describeStore(sqlite('normal'));
