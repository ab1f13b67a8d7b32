import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
	{
		ignores: [
			'node_modules/',
			'.svelte-kit/',
			'build/',
			'pb_data/',
			'backups/',
			'workspace/',
			'test/.tmp/',
		],
	},
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	...ts.configs.strictTypeChecked,
	...svelte.configs.recommended,
	{
		languageOptions: {
			parserOptions: {
				project: './tsconfig.json',
				extraFileExtensions: ['.svelte'],
				tsconfigRootDir: import.meta.dirname,
			},
		},
		rules: {
			'max-lines': ['error', { max: 400 }],
			'no-console': 'error',
			'@typescript-eslint/no-non-null-assertion': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true },
			],
			'@typescript-eslint/restrict-template-expressions': [
				'error',
				{ allowNumber: true, allowBoolean: true },
			],
			'@typescript-eslint/no-confusing-void-expression': [
				'error',
				{ ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
			],
			// The store, stream and tool interfaces are asynchronous by contract, also where one implementation is not.
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/no-unnecessary-condition': [
				'error',
				{ allowConstantLoopConditions: 'only-allowed-literals' },
			],
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
			],
		},
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
		rules: { 'svelte/no-navigation-without-resolve': 'off' },
	},
	{
		// Programs that talk on the terminal.
		files: [
			'scripts/**',
			'bin/**',
			'test/run.ts',
			'test/run/**',
			'src/cli.ts',
			'src/cli/**',
			'src/dev.ts',
			'src/server.ts',
			'pb/cli.ts',
			'pb/cli/**',
		],
		rules: { 'no-console': 'off' },
	},
	{
		files: ['**/*.{js,mjs,cjs}'],
		...ts.configs.disableTypeChecked,
		rules: { ...ts.configs.disableTypeChecked.rules, 'no-console': 'off' },
	},
	{
		files: ['test/**/*.ts'],
		rules: { 'max-lines': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
	},
	prettier,
	...svelte.configs.prettier,
);
