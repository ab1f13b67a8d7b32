// Files of the builder's domain.
const domain = ['src/lib/contracts', 'src/lib/utils', 'src/lib/server/[^/]+\\.ts'];
/** Of other folders of the server only the door. */
const doors = (...folders) => `src/lib/server/(${folders.join('|')})/index\\.ts`;

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
	['src/lib/server/checkpoints', [...domain, doors('schema', 'workspace')]],
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
	// The builder's domain: one way, from what is asked of it down to the tables.
	['src/lib/server/tables/', [...domain, doors('consent')]],
	['src/lib/server/consent/', domain],
	['src/lib/server/members/', [...domain, doors('tables')]],
	['src/lib/server/secrets/', [...domain, doors('agent')]],
	['src/lib/server/settings/', [...domain, doors('agent', 'secrets', 'tables')]],
	['src/lib/server/schema-log/', [...domain, doors('schema', 'tables', 'workspace')]],
	[
		'src/lib/server/draft/',
		[
			...domain,
			doors('agent', 'consent', 'preview', 'preview-tool', 'rules-check', 'schema', 'schema-log'),
			doors('typed-client', 'types', 'web', 'workspace'),
		],
	],
	[
		'src/lib/server/runs/',
		[
			...domain,
			doors('agent', 'checkpoints', 'consent', 'draft', 'preview', 'preview-tool', 'secrets'),
			doors('settings', 'tables', 'web', 'workspace'),
		],
	],
	['src/lib/server/web/', [...domain, 'src/lib/server/api/']],
	['src/lib/server/api/', [...domain, doors('schema-log', 'settings', 'workspace')]],
	['src/lib/server/hooks/', domain],
	[
		'src/lib/server/[^/]+\\.ts',
		[...domain, doors('[^/]+'), 'src/lib/server/api/reply\\.ts', 'pb/index.ts'],
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
