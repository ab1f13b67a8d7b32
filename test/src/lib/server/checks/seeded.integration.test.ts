import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '#lib/contracts/index.ts';
import { seededApps, type SeededApp } from './apps.ts';
import { checkBench, hasChromium, type CheckBench } from './bench.ts';

interface Found {
	readonly app: SeededApp;
	readonly detected: boolean;
	readonly falseAlarms: readonly string[];
}

/** `src/App.svelte:7` or `types` of everything a check complains about. */
const complaints = (results: readonly CheckResult[]): readonly string[] =>
	results.flatMap(({ name, outcome, problems }) =>
		outcome === 'fail'
			? problems.map(
					({ path, line, message }) => `${name} ${path ?? ''}:${String(line ?? 0)} ${message}`,
				)
			: [],
	);

describe.skipIf(!hasChromium)('apps with a planted fault, and their clean twins', () => {
	let withBrowser: CheckBench;
	let without: CheckBench;
	const found: Found[] = [];
	beforeAll(async () => {
		[withBrowser, without] = await Promise.all([checkBench(), checkBench({ headless: false })]);
	});
	afterAll(() => Promise.all([withBrowser.close(), without.close()]));

	it.each(seededApps.map((app, index) => [`${app.kind}: ${app.name}`, app, index] as const))(
		'%s',
		async (_title, app, index) => {
			const [broken, clean] = [`broken${String(index)}`, `clean${String(index)}`];
			// A browser takes seconds: only what shows in one is looked at in one.
			const bench = app.check === 'boot' ? withBrowser : without;
			await bench.make(clean, app.clean);
			const falseAlarms = complaints(await bench.check(clean));
			await bench.make(broken, app.broken);
			const results = await bench.check(broken);
			const result = results.find(({ name }) => name === app.check);
			const places = (result?.problems ?? []).map(
				({ path, line }) => `${path ?? ''}:${String(line ?? 0)}`,
			);
			const detected =
				result?.outcome === 'fail' &&
				(app.at === undefined ||
					places.some((place) => `${place}:`.startsWith(`${app.at ?? ''}:`)));
			found.push({ app, detected, falseAlarms });
			if (process.env['TINYKIT_REPORT'] && (!detected || falseAlarms.length > 0))
				process.stderr.write(
					`${app.kind}: ${app.name}\n  ${JSON.stringify([complaints(results), falseAlarms, results.map((r) => [r.name, r.outcome, r.detail, r.ms])], undefined, 1)}\n`,
				);
			expect(results.map(({ name }) => name).sort()).toEqual(
				['boot', 'compile', 'rules', 'schema', 'types', 'usage'].sort(),
			);
		},
	);

	it('finds 90 % of each kind with at most 5 % false alarms', () => {
		const kinds = [...new Set(found.map(({ app }) => app.kind))];
		const table = kinds.map((kind) => {
			const of = found.filter(({ app }) => app.kind === kind);
			return {
				kind,
				apps: of.length,
				detected: of.filter(({ detected }) => detected).length / of.length,
				falseAlarms: of.filter(({ falseAlarms }) => falseAlarms.length > 0).length / of.length,
			};
		});
		if (process.env['TINYKIT_REPORT'])
			process.stderr.write(`${JSON.stringify(table, undefined, 1)}\n`);
		expect(found.length).toBe(seededApps.length);
		expect(table.filter(({ detected }) => detected < 0.9)).toEqual([]);
		expect(table.filter(({ falseAlarms }) => falseAlarms > 0.05)).toEqual([]);
	});
});
