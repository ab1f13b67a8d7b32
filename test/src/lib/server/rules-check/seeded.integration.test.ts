import { describe, expect, it } from 'vitest';
import type { RulesReport, Surprise } from '../../../../../src/lib/contracts/index.ts';
import { tryRules } from '../../../../../src/lib/server/draft/rules.ts';
import { cleanApps, seededApps, type RulesApp } from './apps.ts';
import { appCollections } from './support.ts';

const report = async ({ change, patch }: RulesApp): Promise<RulesReport> =>
	tryRules(await appCollections(change, patch), [], new AbortController().signal);
const failures = ({ surprises }: RulesReport): readonly Surprise[] =>
	surprises.filter(({ level }) => level === 'fail');

/** At least this share of the bugs of each class is found. */
const minDetection = 0.9;
/** At most this share of the apps without a bug is reported. */
const maxFalseAlarms = 0.05;

describe('bugs that were put into rules', () => {
	it('are found, class by class, and their clean twins pass', async () => {
		const classes = new Map<
			string,
			{ bugs: number; found: number; twins: number; alarms: number }
		>();
		const wrong: string[] = [];
		for (const app of seededApps) {
			const counts = classes.get(app.code) ?? { bugs: 0, found: 0, twins: 0, alarms: 0 };
			classes.set(app.code, counts);
			const bug = failures(await report(app.bug));
			const isFound = bug.some(
				({ code, collection }) => code === app.code && collection === app.collection,
			);
			counts.bugs += 1;
			if (isFound) counts.found += 1;
			else wrong.push(`not found: ${app.code} in "${app.name}": ${JSON.stringify(bug)}`);
			const alarms = failures(await report(app.clean));
			counts.twins += 1;
			if (alarms.length > 0) {
				counts.alarms += 1;
				wrong.push(`false alarm: twin of "${app.name}": ${JSON.stringify(alarms)}`);
			}
		}
		for (const [name, { bugs, found, twins, alarms }] of classes)
			process.stdout.write(
				`${name.padEnd(16)} found ${found} of ${bugs}, false alarms ${alarms} of ${twins}\n`,
			);
		for (const [name, { bugs, found, twins, alarms }] of classes) {
			expect(found / bugs, `${name}\n${wrong.join('\n')}`).toBeGreaterThanOrEqual(minDetection);
			expect(alarms / twins, `${name}\n${wrong.join('\n')}`).toBeLessThanOrEqual(maxFalseAlarms);
		}
		expect(seededApps.length).toBeGreaterThanOrEqual(20);
	}, 400_000);
});

describe('apps as people build them', () => {
	it.each(Object.entries(cleanApps))('%s: nothing is reported', async (_name, app) => {
		const found = await report(app);
		expect(failures(found)).toEqual([]);
		expect(found.surprises.filter(({ code }) => code === 'never')).toEqual([]);
		expect(found.incomplete).toBeUndefined();
	});
});
