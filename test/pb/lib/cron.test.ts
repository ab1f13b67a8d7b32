import { describe, expect, it } from 'vitest';
import { Cron, CronError, parseSchedule } from '../../../pb/lib/index.ts';

const at = (text: string): Date => new Date(text);

describe('parseSchedule', () => {
	it.each([
		['* * * * *', '2026-03-04T05:06:07Z', true],
		['6 5 4 3 3', '2026-03-04T05:06:00Z', true],
		['6 5 4 3 3', '2026-03-04T05:07:00Z', false],
		// Day and weekday must both match.
		['6 5 4 3 1', '2026-03-04T05:06:00Z', false],
		['*/5 * * * *', '2026-03-04T05:10:00Z', true],
		['*/5 * * * *', '2026-03-04T05:11:00Z', false],
		['10-30/10 * * * *', '2026-03-04T05:20:00Z', true],
		['10-30/10 * * * *', '2026-03-04T05:40:00Z', false],
		['1,2,40-42 * * * *', '2026-03-04T05:41:00Z', true],
		['1,2,40-42 * * * *', '2026-03-04T05:43:00Z', false],
		['*/2 * 1-31/2 * *', '2026-03-03T05:02:00Z', true],
		['@hourly', '2026-03-04T05:00:00Z', true],
		['@hourly', '2026-03-04T05:01:00Z', false],
		['@daily', '2026-03-04T00:00:00Z', true],
		['@midnight', '2026-03-04T01:00:00Z', false],
		['@weekly', '2026-03-08T00:00:00Z', true],
		['@weekly', '2026-03-09T00:00:00Z', false],
		['@monthly', '2026-03-01T00:00:00Z', true],
		['@monthly', '2026-03-02T00:00:00Z', false],
		['@yearly', '2026-01-01T00:00:00Z', true],
		['@annually', '2026-02-01T00:00:00Z', false],
		['0 0 * * 0', '2026-03-08T00:00:00Z', true],
	])('%s at %s is due: %s', (expression, date, isDue) => {
		expect(parseSchedule(expression).isDue(at(date))).toBe(isDue);
	});

	it('keeps the fields of a macro', () => {
		expect(parseSchedule('@weekly').expression).toBe('0 0 * * 0');
	});

	it.each([
		'',
		'@every 5m',
		'@reboot',
		'@Daily',
		'constructor',
		'* * * *',
		'* * * * * *',
		'*  * * * *',
		' * * * * *',
		'60 * * * *',
		'* 24 * * *',
		'* * 0 * *',
		'* * 32 * *',
		'* * * 13 *',
		'* * * 0 *',
		'* * * * 7',
		'* * * * MON',
		'* * * JAN *',
		'*/0 * * * *',
		'*/60 * * * *',
		'5/2 * * * *',
		'30-10 * * * *',
		'1-2-3 * * * *',
		'*/2/3 * * * *',
		'-1 * * * *',
		'1.5 * * * *',
		'1,,2 * * * *',
		'? * * * *',
	])('refuses %j', (expression) => {
		expect(() => parseSchedule(expression)).toThrow(CronError);
	});
});

describe('Cron', () => {
	const create = () => {
		const errors: unknown[] = [];
		const cron = new Cron({
			now: () => at('2026-03-04T05:06:00Z'),
			onError: (id, error) => errors.push([id, String(error)]),
		});
		return { cron, errors };
	};

	it('runs what is due, once per minute, also when the clock goes back', async () => {
		const { cron } = create();
		let runs = 0;
		cron.add('a', '* * * * *', () => void (runs += 1));
		cron.add('b', '0 0 1 1 *', () => void (runs += 100));
		for (const time of ['05:06:00', '05:06:59', '05:05:00', '05:07:01']) {
			await cron.tick(at(`2026-03-04T${time}Z`));
		}
		expect(runs).toBe(2);
	});

	it('does not start a job that still runs', async () => {
		const { cron } = create();
		const open: (() => void)[] = [];
		cron.add('slow', '* * * * *', () => new Promise<void>((resolve) => open.push(resolve)));
		const first = cron.tick(at('2026-03-04T05:06:00Z'));
		await cron.tick(at('2026-03-04T05:07:00Z'));
		expect(open).toHaveLength(1);
		open[0]!();
		await first;
		const second = cron.tick(at('2026-03-04T05:08:00Z'));
		expect(open).toHaveLength(2);
		open[1]!();
		await second;
	});

	it('reports errors and goes on', async () => {
		const { cron, errors } = create();
		let runs = 0;
		cron.add('bad', '* * * * *', () => {
			throw new Error('no');
		});
		cron.add('good', '* * * * *', () => void (runs += 1));
		await cron.tick(at('2026-03-04T05:06:00Z'));
		await cron.find('bad')?.run();
		expect(errors).toEqual([
			['bad', 'Error: no'],
			['bad', 'Error: no'],
		]);
		expect(runs).toBe(1);
	});

	it('replaces, keeps on a bad expression, removes and lists', () => {
		const { cron } = create();
		const nothing = (): void => undefined;
		cron.add('a', '1 * * * *', nothing);
		cron.add('b', '@daily', nothing);
		cron.add('a', '2 * * * *', nothing);
		expect(() => cron.add('b', 'bad', nothing)).toThrow(CronError);
		const list = (): unknown => cron.jobs().map(({ id, expression }) => [id, expression]);
		expect(list()).toEqual([
			['b', '0 0 * * *'],
			['a', '2 * * * *'],
		]);
		cron.remove('b');
		expect(list()).toEqual([['a', '2 * * * *']]);
	});
});
