import ts from 'typescript';
import { resolveImport } from '../preview/compile/resolve.ts';
import { ambientFiles, assetTypes, isPackageFile, packageImporter } from './ambient.ts';
import { root, type VirtualFile } from './virtual.ts';

export const clientName = `${root}$client.d.ts`;
const assetsName = `${root}$assets.d.ts`;

/**
 * Loose on purpose: plain Svelte code promises no types, and a check that cries about each of them hides the errors
 * that break the app. Without null checks `$state([])` holds anything, with them nothing.
 */
const options: ts.CompilerOptions = {
	target: ts.ScriptTarget.ESNext,
	module: ts.ModuleKind.ESNext,
	moduleResolution: ts.ModuleResolutionKind.Bundler,
	lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
	types: [],
	jsx: ts.JsxEmit.Preserve,
	allowJs: true,
	checkJs: true,
	noEmit: true,
	strict: false,
	noImplicitAny: false,
	useUnknownInCatchVariables: false,
	skipLibCheck: true,
	allowImportingTsExtensions: true,
	resolveJsonModule: true,
	esModuleInterop: true,
	allowUnreachableCode: true,
	allowUnusedLabels: true,
	noUncheckedSideEffectImports: false,
};

/** A warm language service that sees one app after the other; what has not changed is not read again. */
export interface Service {
	/**
	 * @param files by their name for the checker
	 * @param client declarations of `$data` and `$auth`
	 * @returns the program over exactly these files
	 */
	program(files: ReadonlyMap<string, VirtualFile>, client: string): ts.Program;
}

function virtualNameOf(files: ReadonlyMap<string, VirtualFile>, path: string): string | undefined {
	return ['', '.tsx', '.jsx'].map((ending) => root + path + ending).find((name) => files.has(name));
}

export function createService(): Service {
	let files: ReadonlyMap<string, VirtualFile> = new Map();
	let fixed: ReadonlyMap<string, string> = new Map([[assetsName, assetTypes]]);
	let version = 0;
	/** Texts by name, numbered: the service reads again what has another number. */
	const versions = new Map<string, { readonly text: string; readonly number: string }>();
	const packages = new Map<string, ts.ResolvedModuleFull | undefined>();

	const textOf = (name: string): string | undefined => files.get(name)?.text ?? fixed.get(name);
	const isThere = (path: string): boolean => virtualNameOf(files, path) !== undefined;

	/** Only what the bundler would find, too. */
	function resolveName(specifier: string, importer: string): ts.ResolvedModuleFull | undefined {
		const from = files.get(importer)?.path;
		if (from === undefined) return undefined;
		const found = resolveImport(from, specifier, isThere);
		if (found.kind === 'package') return resolvePackage(found.name);
		const name = found.kind === 'file' ? virtualNameOf(files, found.path) : undefined;
		if (name === undefined) return undefined;
		const extension = /\.(?:d\.ts|tsx?|jsx?|mts|mjs|cts|cjs|json)$/.exec(name)?.[0];
		return extension === undefined ? undefined : { resolvedFileName: name, extension };
	}

	function resolvePackage(name: string, importer = packageImporter) {
		const key = `${name}\0${importer}`;
		if (!packages.has(key))
			packages.set(key, ts.resolveModuleName(name, importer, options, ts.sys).resolvedModule);
		return packages.get(key);
	}

	const host: ts.LanguageServiceHost = {
		getCompilationSettings: () => options,
		getScriptFileNames: () => [...ambientFiles, ...fixed.keys(), ...files.keys()],
		getProjectVersion: () => String(version),
		getScriptVersion(name) {
			const text = textOf(name);
			if (text === undefined) return '0';
			const known = versions.get(name);
			if (known?.text === text) return known.number;
			const number = String(Number(known?.number ?? 0) + 1);
			versions.set(name, { text, number });
			return number;
		},
		getScriptSnapshot(name) {
			const text = textOf(name) ?? (isPackageFile(name) ? ts.sys.readFile(name) : undefined);
			return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
		},
		getCurrentDirectory: () => root,
		getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
		fileExists: (name) =>
			textOf(name) !== undefined || (isPackageFile(name) && ts.sys.fileExists(name)),
		readFile: (name) => textOf(name) ?? (isPackageFile(name) ? ts.sys.readFile(name) : undefined),
		resolveModuleNameLiterals: (literals, importer) =>
			literals.map(({ text }) => ({
				resolvedModule: isPackageFile(importer)
					? resolvePackage(text, importer)
					: resolveName(text, importer),
			})),
		resolveTypeReferenceDirectiveReferences: (references) =>
			references.map((reference) => {
				const name = typeof reference === 'string' ? reference : reference.fileName;
				// What svelte2tsx asks for; the app's own wishes lead nowhere.
				return name === 'svelte'
					? ts.resolveTypeReferenceDirective(name, packageImporter, options, ts.sys)
					: { resolvedTypeReferenceDirective: undefined };
			}),
	};
	const service = ts.createLanguageService(host);

	return {
		program(next, client) {
			files = next;
			fixed = new Map([
				[assetsName, assetTypes],
				[clientName, client],
			]);
			version += 1;
			const program = service.getProgram();
			if (!program) throw new Error('the type checker has no program');
			return program;
		},
	};
}
