import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
	slug as slugSchema,
	TinykitError,
	type Slug,
	type UpdateApp,
} from '#lib/contracts/index.ts';
import { ident, sql, StoreError, type Backends, type Store } from './backends.ts';
import { appOwned, checkpointOwned } from './tables/index.ts';

export interface AppRow {
	readonly slug: Slug;
	readonly name: string;
	/** Empty: the one in the settings. */
	readonly model: string;
	/** Part of the draft's host name where it is reachable from outside (definitions.md 11). */
	readonly capability: string;
	readonly created: string;
	readonly updated: string;
}

export interface Apps {
	list(): Promise<readonly AppRow[]>;
	find(slug: string): Promise<AppRow | undefined>;
	/** @throws TinykitError `app_not_found` */
	get(slug: string): Promise<AppRow>;
	/** Picks a free slug from the name; the app starts with an empty draft. @throws TinykitError `too_many_apps` */
	create(name: string): Promise<AppRow>;
	/** @throws TinykitError `app_not_found` */
	change(slug: string, fields: UpdateApp): Promise<AppRow>;
	/**
	 * Removes an app with its data and source. From the first moment on nobody finds it any more.
	 * @param quiesce ends what works on the app, before anything goes
	 * @throws TinykitError `app_not_found`, also while it is being removed
	 */
	remove(slug: string, quiesce: () => Promise<void>): Promise<void>;
	touch(slug: string): Promise<void>;
}

const maxApps = 1000;
const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

export function createApps(
	store: Store,
	backends: Backends,
	dirs: { readonly dataDir: string; readonly workspaceDir: string },
	now: () => Date,
): Apps {
	const known = new Map<string, AppRow>();
	const leaving = new Set<string>();
	/** Counts changes: a row that was read before one is not kept. */
	let changes = 0;
	const forget = (slug: string): void => {
		changes++;
		known.delete(slug);
	};

	const find = async (slug: string): Promise<AppRow | undefined> => {
		if (leaving.has(slug)) return undefined;
		const cached = known.get(slug);
		if (cached) return cached;
		const before = changes;
		const row = await store.get(sql`SELECT * FROM _tk_apps WHERE slug = ${slug}`);
		if (!row || leaving.has(slug)) return undefined;
		const app = fromRow(row);
		if (changes === before) known.set(slug, app);
		return app;
	};
	const dirsOf = (slug: string): readonly string[] => [
		join(dirs.dataDir, 'apps', slug),
		join(dirs.workspaceDir, slug),
	];
	const get = async (slug: string): Promise<AppRow> => {
		const app = await find(slug);
		if (!app) throw new TinykitError('app_not_found');
		return app;
	};
	const update = async (slug: string, { name, model }: UpdateApp): Promise<AppRow> => {
		await get(slug);
		await store.write((tx) =>
			tx.run(sql`UPDATE _tk_apps SET name = coalesce(${name ?? null}, name),
				model = coalesce(${model ?? null}, model), updated = ${now().toISOString()}
				WHERE slug = ${slug}`),
		);
		forget(slug);
		return get(slug);
	};

	return {
		find,
		get,
		async list() {
			const rows = await store.all(sql`SELECT * FROM _tk_apps ORDER BY updated DESC, slug`);
			return rows.map(fromRow).filter(({ slug }) => !leaving.has(slug));
		},
		async create(name) {
			const count = Number((await store.get(sql`SELECT count(*) AS n FROM _tk_apps`))?.['n'] ?? 0);
			if (count >= maxApps) throw new TinykitError('too_many_apps');
			const created = now().toISOString();
			for (const slug of slugCandidates(name)) {
				// What a crash left of a deleted app, or what somebody else put there, is no new app's.
				if (dirsOf(slug).some((dir) => existsSync(dir))) continue;
				try {
					await store.write((tx) =>
						tx.run(sql`INSERT INTO _tk_apps (slug, name, capability, created, updated)
							VALUES (${slug}, ${name}, ${capability()}, ${created}, ${created})`),
					);
				} catch (error) {
					if (error instanceof StoreError && error.code === 'unique_violation') continue;
					throw error;
				}
				await mkdir(join(dirs.workspaceDir, slug), { recursive: true });
				return get(slug);
			}
			throw new TinykitError('slug_taken');
		},
		change: update,
		async touch(slug) {
			await update(slug, {});
		},
		async remove(slug, quiesce) {
			const app = await get(slug);
			// Read and marked in one step: of two that delete, one does.
			if (leaving.has(slug)) throw new TinykitError('app_not_found');
			leaving.add(slug);
			forget(slug);
			try {
				await quiesce();
				await backends.retire(app.slug, async () => {
					// First out of reach, then gone: a crash in between leaves rubbish, never half an app.
					await store.write(async (tx) => {
						await tx.run(
							sql`DELETE FROM _tk_events WHERE run IN (SELECT id FROM _tk_runs WHERE app = ${slug})`,
						);
						await tx.run(
							sql`DELETE FROM _tk_parked WHERE run IN (SELECT id FROM _tk_runs WHERE app = ${slug})`,
						);
						for (const table of [
							...appOwned,
							...checkpointOwned,
							'_tk_facts',
							'_tk_intent',
							'_tk_plans',
							'_tk_runs',
						])
							await tx.run(sql`DELETE FROM ${ident(table)} WHERE app = ${slug}`);
						await tx.run(sql`DELETE FROM _tk_apps WHERE slug = ${slug}`);
					});
					for (const dir of dirsOf(slug)) await discard(dir);
				});
			} finally {
				leaving.delete(slug);
				forget(slug);
			}
		},
	};
}

/** Moved aside under a name no slug can have, then deleted. */
async function discard(dir: string): Promise<void> {
	const aside = `${dir}.deleted-${randomBytes(6).toString('hex')}`;
	try {
		await rename(dir, aside);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
		throw error;
	}
	await rm(aside, { recursive: true, force: true });
}

/** The name as a slug, then with -2, -3 …; `app` when nothing of the name is usable. */
export function* slugCandidates(name: string): Generator<Slug> {
	const plain = name
		.normalize('NFKD')
		.replace(/\p{M}/gu, '')
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^[^a-z]+|-+$/g, '')
		.slice(0, 34)
		.replace(/-+$/, '');
	const stem = plain === '' ? 'app' : plain;
	for (let i = 1; i <= 500; i++) {
		const candidate = slugSchema.safeParse(i === 1 ? stem : `${stem}-${String(i)}`);
		if (candidate.success) yield candidate.data;
	}
}

/** 80 random bits. */
function capability(): string {
	return Array.from(randomBytes(16), (byte) => base32[byte % 32]).join('');
}

function fromRow(row: Readonly<Record<string, unknown>>): AppRow {
	return {
		slug: slugSchema.parse(row['slug']),
		name: String(row['name']),
		model: String(row['model']),
		capability: String(row['capability']),
		created: String(row['created']),
		updated: String(row['updated']),
	};
}
