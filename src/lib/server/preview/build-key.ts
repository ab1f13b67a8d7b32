import { createHash, type Hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const compilers = ['svelte', 'esbuild', 'tailwindcss', 'pocketbase'] as const;
const ourFolders = ['compile', 'runtime'] as const;

function versionOf(name: string): string {
	const text = readFileSync(packageFile(name), 'utf8');
	const parsed = JSON.parse(text) as { readonly version?: string };
	return `${name}@${parsed.version ?? ''}`;
}

/** Not every package lets its package.json be asked for: found from its entry upwards. */
function packageFile(name: string): string {
	for (const folder of require.resolve.paths(name) ?? []) {
		const path = `${folder}/${name}/package.json`;
		try {
			readFileSync(path);
			return path;
		} catch {
			// Not in this node_modules; the next one up.
		}
	}
	throw new Error(`The package ${name} is not installed.`);
}

let toolchain: string | undefined;

/** What turns source into a build, besides the source: other compilers make another build. */
function toolchainHash(): string {
	if (toolchain !== undefined) return toolchain;
	const sum = createHash('sha256').update(compilers.map(versionOf).join('\n'));
	for (const folder of ourFolders) {
		const url = new URL(`./${folder}/`, import.meta.url);
		for (const name of readdirSync(url).sort())
			sum.update(name).update(readFileSync(new URL(name, url)));
	}
	toolchain = sum.digest('hex');
	return toolchain;
}

function addFile(sum: Hash, file: { readonly path: string; readonly hash: string }): void {
	sum.update(`\0${file.path}\0${file.hash}`);
}

/**
 * The name of a build: one hash over all files and over what compiles them.
 * @param files sorted by path
 */
export function buildKey(
	files: readonly { readonly path: string; readonly hash: string }[],
): string {
	const sum = createHash('sha256').update(toolchainHash());
	for (const file of files) addFile(sum, file);
	return sum.digest('hex').slice(0, 32);
}
