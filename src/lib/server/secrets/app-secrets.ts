import { TinykitError, type SecretEntry } from '#lib/contracts/index.ts';
import { sql, type Row, type Store } from '../backends.ts';
import type { SecretBox } from './box.ts';

/** A value with the name it goes by in texts it is taken out of. */
export interface KnownSecret {
	readonly name: string;
	readonly value: string;
}

/** Secrets of apps: written by members, read by nothing that answers anybody. */
export interface AppSecrets {
	/** Names, sorted; never values. */
	list(app: string): Promise<readonly SecretEntry[]>;
	/** Sealed for this app and these hosts: a row moved to another app or given other hosts cannot be opened. */
	put(app: string, name: string, value: string, hosts: readonly string[]): Promise<void>;
	/** @throws TinykitError `secret_not_found` */
	remove(app: string, name: string): Promise<void>;
	hostsOf(app: string, name: string): Promise<readonly string[] | undefined>;
	/** All values of all apps, to take them out of what leaves; the same list until one changes. */
	known(): Promise<readonly KnownSecret[]>;
}

export function createAppSecrets(store: Store, box: SecretBox, now: () => Date): AppSecrets {
	let cached: Promise<readonly KnownSecret[]> | undefined;
	const forget = (): void => {
		cached = undefined;
	};
	const readKnown = async (): Promise<readonly KnownSecret[]> => {
		const rows = await store.all(sql`SELECT * FROM _tk_app_secrets ORDER BY app, name`);
		return rows.flatMap((row) => {
			const value = open(row);
			return value === undefined ? [] : [{ name: String(row['name']), value }];
		});
	};
	const open = (row: Row): string | undefined =>
		row['sealed'] instanceof Uint8Array ? box.open(row['sealed'], contextOf(row)) : undefined;
	return {
		async list(app) {
			const rows = await store.all(
				sql`SELECT * FROM _tk_app_secrets WHERE app = ${app} ORDER BY name`,
			);
			return rows.map((row) => ({
				name: String(row['name']),
				hosts: hostsOf(row),
				updated: String(row['updated']),
				lost: open(row) === undefined,
			}));
		},
		async put(app, name, value, hosts) {
			const kept = { app, name, hosts: JSON.stringify([...new Set(hosts)].sort()) };
			await store.write((tx) =>
				tx.run(sql`INSERT INTO _tk_app_secrets (app, name, hosts, sealed, updated)
					VALUES (${app}, ${name}, ${kept.hosts}, ${box.seal(value, contextOf(kept))}, ${now().toISOString()})
					ON CONFLICT (app, name) DO UPDATE SET
						hosts = excluded.hosts, sealed = excluded.sealed, updated = excluded.updated`),
			);
			forget();
		},
		async remove(app, name) {
			const { changes } = await store.write((tx) =>
				tx.run(sql`DELETE FROM _tk_app_secrets WHERE app = ${app} AND name = ${name}`),
			);
			forget();
			if (changes === 0) throw new TinykitError('secret_not_found');
		},
		async hostsOf(app, name) {
			const row = await store.get(
				sql`SELECT hosts FROM _tk_app_secrets WHERE app = ${app} AND name = ${name}`,
			);
			return row && hostsOf(row);
		},
		known() {
			cached ??= readKnown().catch((error: unknown) => {
				forget();
				throw error;
			});
			return cached;
		},
	};
}

const contextOf = (row: Readonly<Record<string, unknown>>): string =>
	`app|${String(row['app'])}|${String(row['name'])}|${String(row['hosts'])}`;

const hostsOf = (row: Row): string[] => JSON.parse(String(row['hosts'])) as string[];
