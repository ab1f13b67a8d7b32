import { defineConfig } from 'vitest/config';

/**
 * Three rings. `unit`: pure code. `integration`: real SQLite files, real HTTP, child processes.
 * `e2e`: the built product in a real browser.
 */
export default defineConfig({
	test: {
		reporters: ['default'],
		// The default leaves one core idle, which is half of the smallest supported machine.
		maxWorkers: '100%',
		projects: [
			{
				test: {
					name: 'unit',
					include: ['test/{pb,src,arch}/**/*.test.ts'],
					exclude: ['test/**/*.integration.test.ts'],
					testTimeout: 20_000,
				},
			},
			{
				test: {
					name: 'integration',
					include: ['test/{pb,src,compat,tasks}/**/*.integration.test.ts'],
					testTimeout: 60_000,
					hookTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'e2e',
					include: ['test/e2e/**/*.test.ts'],
					testTimeout: 180_000,
					hookTimeout: 120_000,
					fileParallelism: false,
				},
			},
		],
	},
});
