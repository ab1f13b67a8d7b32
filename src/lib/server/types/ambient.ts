import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

const resolve = createRequire(import.meta.url).resolve;
const folderOf = (name: string): string => dirname(resolve(`${name}/package.json`));

const svelte2tsxFolder = folderOf('svelte2tsx');
const svelteFolder = folderOf('svelte');

/** Declarations every app is checked with: runes, elements, what svelte2tsx writes. */
export const ambientFiles: readonly string[] = [
	join(svelteFolder, 'types', 'index.d.ts'),
	join(svelte2tsxFolder, 'svelte-shims-v4.d.ts'),
	join(svelte2tsxFolder, 'svelte-jsx-v4.d.ts'),
];

/** Packages come from here whatever a file of the app says; nothing outside is read. */
const packagesFolder = dirname(svelteFolder) + sep;
export const isPackageFile = (path: string): boolean => path.startsWith(packagesFolder);

/** Stands in for a file of ours when a package is looked up. */
export const packageImporter = join(svelteFolder, '..', '..', 'app.ts');

/** What the bundler makes of imports that are no code. */
export const assetTypes = [
	...['svg', 'png', 'jpg', 'jpeg', 'gif', 'webp', 'avif', 'ico', 'woff', 'woff2'],
	...['txt', 'md', 'html'],
]
	.map(
		(ending) =>
			`declare module '*.${ending}' {\n\tconst content: string;\n\texport default content;\n}\n`,
	)
	.concat("declare module '*.css' {}\n")
	.join('');
