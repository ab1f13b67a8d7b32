import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { BuiltApp, BuiltFile } from './built-app.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const manifest = z.object({
	build: z.string(),
	title: z.string(),
	script: z.string(),
	styles: z.string(),
	boot: z.string(),
	files: z.array(z.object({ path: z.string(), type: z.string(), hash })),
});
const pointer = z.object({ build: z.string().regex(/^[0-9a-f]+$/) });

/** Builds kept per app; a page that was opened with an older one finds its assets for a while. */
const maxBuilds = 12;

/** Finished builds on disk. What is missing or damaged is simply built again. */
export interface BuildCache {
	load(slug: string, build: string): Promise<BuiltApp | undefined>;
	/** The build that was served last. */
	loadServed(slug: string): Promise<BuiltApp | undefined>;
	save(slug: string, app: BuiltApp): Promise<void>;
	saveServed(slug: string, build: string): Promise<void>;
	/** An asset of any build that is kept. */
	findAsset(slug: string, path: string): Promise<BuiltFile | undefined>;
	remove(slug: string): Promise<void>;
}

async function replace(path: string, data: string | Uint8Array): Promise<void> {
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
	await writeFile(temporary, data, { mode: 0o600 });
	await rename(temporary, path);
}

/** @returns `undefined` when it is not there or not of that form */
async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
	try {
		return schema.parse(JSON.parse(await readFile(path, 'utf8')));
	} catch {
		return undefined;
	}
}

type Manifest = z.infer<typeof manifest>;

/** @param root the folder of all apps' builds: `<slug>/<build>.json` beside `<slug>/blobs/<sha-256>` */
export function createBuildCache(root: string): BuildCache {
	const manifestPath = (slug: string, build: string): string => join(root, slug, `${build}.json`);
	const servedPath = (slug: string): string => join(root, slug, 'served');
	const blobPath = (slug: string, name: string): string => join(root, slug, 'blobs', name);

	/** A blob is only believed when it is what its name says: a crash may have left half of one. */
	async function readBlob(slug: string, file: Manifest['files'][number]): Promise<BuiltFile> {
		const bytes = await readFile(blobPath(slug, file.hash));
		if (createHash('sha256').update(bytes).digest('hex') !== file.hash) {
			throw new Error(`The cached file ${file.hash} is damaged.`);
		}
		return { bytes, type: file.type, hash: file.hash };
	}

	async function load(slug: string, build: string): Promise<BuiltApp | undefined> {
		const path = manifestPath(slug, build);
		const found = await readJson(path, manifest);
		if (found?.build !== build) return undefined;
		try {
			const files = await Promise.all(
				found.files.map(async (file) => [file.path, await readBlob(slug, file)] as const),
			);
			// Used last, removed last.
			const now = new Date();
			await utimes(path, now, now);
			return { ...found, files: new Map(files) };
		} catch {
			return undefined;
		}
	}

	async function manifests(slug: string): Promise<{ path: string; at: number }[]> {
		const names = await readdir(join(root, slug)).catch(() => []);
		const found = await Promise.all(
			names
				.filter((name) => name.endsWith('.json'))
				.map(async (name) => {
					const path = join(root, slug, name);
					return { path, at: (await stat(path)).mtimeMs };
				}),
		);
		return found.sort((a, b) => b.at - a.at);
	}

	async function prune(slug: string): Promise<void> {
		const all = await manifests(slug);
		if (all.length <= maxBuilds) return;
		for (const { path } of all.slice(maxBuilds)) await rm(path, { force: true });
		const kept = await Promise.all(
			all.slice(0, maxBuilds).map(({ path }) => readJson(path, manifest)),
		);
		const used = new Set(kept.flatMap((one) => one?.files.map((file) => file.hash) ?? []));
		for (const name of await readdir(join(root, slug, 'blobs'))) {
			if (!used.has(name)) await rm(blobPath(slug, name), { force: true });
		}
	}

	return {
		load,
		async loadServed(slug) {
			const served = await readJson(servedPath(slug), pointer);
			return served && load(slug, served.build);
		},
		async save(slug, app) {
			const files: Manifest['files'] = [];
			for (const [path, { bytes, type, hash: name }] of app.files) {
				await replace(blobPath(slug, name), bytes);
				files.push({ path, type, hash: name });
			}
			// The manifest comes last: a build is there whole or not at all.
			const { build, title, script, styles, boot } = app;
			const whole: Manifest = { build, title, script, styles, boot, files };
			await replace(manifestPath(slug, build), JSON.stringify(whole));
			await prune(slug);
		},
		async saveServed(slug, build) {
			await replace(servedPath(slug), JSON.stringify({ build }));
		},
		async findAsset(slug, path) {
			for (const { path: file } of await manifests(slug)) {
				const found = (await readJson(file, manifest))?.files.find((one) => one.path === path);
				if (found) return readBlob(slug, found).catch(() => undefined);
			}
			return undefined;
		},
		async remove(slug) {
			await rm(join(root, slug), { recursive: true, force: true });
		},
	};
}
