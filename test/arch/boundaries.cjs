/**
 * Who may import whom: the table of docs/architecture.md. A folder that has no row may import nothing of ours.
 * `from` and `to` are path patterns; a folder may always import itself.
 */
const rows = [
	['pb/lib', []],
	['pb/sql', ['pb/lib']],
	['pb/filter', ['pb/lib', 'pb/sql']],
	['pb/store', ['pb/lib', 'pb/sql']],
	['pb/core', ['pb/lib', 'pb/sql', 'pb/filter', 'pb/store/index.ts', 'pb/store/store.ts']],
	['pb/api', ['pb/lib', 'pb/core']],
	['pb/cli', ['pb/lib', 'pb/core', 'pb/index.ts']],
	['src/lib/contracts', []],
	['src/lib/utils', ['src/lib/contracts']],
	['src/lib/ui', ['src/lib/contracts', 'src/lib/utils']],
	['src/lib/studio', ['src/lib/contracts', 'src/lib/utils', 'src/lib/ui']],
	['src/lib/server/agent', ['src/lib/contracts', 'src/lib/utils']],
	['src/lib/server/workspace', ['src/lib/contracts', 'src/lib/utils']],
	['src/lib/server/schema/', ['src/lib/contracts', 'src/lib/utils']],
	[
		'src/lib/server/rules-check',
		['src/lib/contracts', 'src/lib/utils', 'src/lib/server/schema/index.ts'],
	],
	['src/lib/server/backup', ['src/lib/contracts', 'src/lib/utils']],
	['src/lib/server/checkpoints', ['src/lib/contracts', 'src/lib/utils', 'src/lib/server']],
	['src/lib/server/typed-client', ['src/lib/contracts', 'src/lib/utils', 'src/lib/server/schema']],
	[
		'src/lib/server/types',
		[
			'src/lib/contracts',
			'src/lib/utils',
			// What an import means is decided once, for the bundler and for the types.
			'src/lib/server/preview/compile/resolve.ts',
		],
	],
	['src/lib/server/preview-tool', ['src/lib/contracts', 'src/lib/utils']],
	['src/lib/server/preview', ['src/lib/contracts', 'src/lib/utils', 'src/lib/server/workspace']],
	['src/lib/server/api', ['src/lib/contracts', 'src/lib/utils', 'src/lib/server']],
	['src/lib/server/hooks', ['src/lib/contracts', 'src/lib/utils', 'src/lib/server']],
	[
		'src/lib/server/[^/]+\\.ts',
		['src/lib/contracts', 'src/lib/utils', 'src/lib/server', 'pb/index.ts'],
	],
	['src/routes', ['src/lib/(contracts|utils|ui|studio)']],
];

/** Composition roots: they may import all of their side. */
const roots = [
	'pb/index.ts',
	'pb/cli.ts',
	'src/server.ts',
	'src/dev.ts',
	'src/cli.ts',
	'src/cli/',
	'src/hooks.server.ts',
];

const forbidden = rows.map(([from, to]) => ({
	name: `boundary ${from}`,
	severity: 'error',
	from: { path: `^${from}` },
	to: { path: '^(pb|src)/', pathNot: [from, ...to].map((path) => `^${path}`) },
}));

module.exports = {
	forbidden: [
		...forbidden,
		{
			name: 'only-backends-imports-pb',
			comment: 'The backend has one user among the server files.',
			severity: 'error',
			from: {
				path: '^src/',
				pathNot: ['^src/lib/server/backends\\.ts$', '^src/(server|cli|dev)\\.ts$', '^src/cli/'],
			},
			to: { path: '^pb/' },
		},
		{
			name: 'pb-knows-nothing-of-src',
			severity: 'error',
			from: { path: '^pb/' },
			to: { path: ['^src/', 'node_modules/(svelte|@sveltejs)/'] },
		},
		{
			name: 'driver-only-in-sqlite-store',
			severity: 'error',
			from: { path: '^pb/', pathNot: '^pb/store/sqlite/' },
			to: { path: 'node_modules/better-sqlite3' },
		},
		{
			name: 'no-cycles',
			comment: 'Between values; types may know each other.',
			severity: 'error',
			from: {},
			to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
		},
		{
			name: 'no-unresolvable',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true, pathNot: '^\\$(app|env|data|auth)' },
		},
		{
			name: 'every-folder-has-a-row',
			comment: 'A new folder needs a row in this table.',
			severity: 'error',
			from: {
				path: '^(pb|src)/',
				pathNot: [...rows.map(([from]) => `^${from}`), ...roots.map((path) => `^${path}`)],
			},
			to: { path: '^(pb|src)/' },
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '^(build|\\.svelte-kit)/' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['svelte', 'import', 'node', 'default', 'types'],
			extensions: ['.ts', '.svelte', '.js', '.mjs'],
		},
		extraExtensionsToScan: ['.svelte', '.css'],
	},
};
