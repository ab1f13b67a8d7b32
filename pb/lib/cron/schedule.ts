/** The minutes at which a job is due, in UTC. */
export interface Schedule {
	/** As written, with a macro replaced by its five fields. */
	readonly expression: string;
	isDue(date: Date): boolean;
}

/** What is wrong with a cron expression; the message may be shown. */
export class CronError extends Error {
	override readonly name = 'CronError';
}

const macros: Readonly<Record<string, string>> = {
	'@yearly': '0 0 1 1 *',
	'@annually': '0 0 1 1 *',
	'@monthly': '0 0 1 * *',
	'@weekly': '0 0 * * 0',
	'@daily': '0 0 * * *',
	'@midnight': '0 0 * * *',
	'@hourly': '0 * * * *',
};

/**
 * Parses PocketBase's cron syntax: five fields of `*`, `n`, `a-b`, either range with `/step`, and lists of
 * those, or one of seven macros. Weekdays are 0-6; there are no names, no 7 and no `@every` (tools/cron/schedule.go).
 * @throws {CronError} when the expression is not in that syntax.
 * @example parseSchedule('30 2 * * 1-5').isDue(new Date('2026-01-05T02:30:00Z')) // true
 */
export function parseSchedule(expression: string): Schedule {
	const fields = (Object.hasOwn(macros, expression) ? macros[expression] : expression) ?? '';
	const segments = fields.split(' ');
	if (segments.length !== 5) {
		throw new CronError(
			'invalid cron expression - must be a valid macro or to have exactly 5 space separated segments',
		);
	}
	const [minute = '', hour = '', day = '', month = '', weekday = ''] = segments;
	const minutes = parseSegment(minute, 0, 59);
	const hours = parseSegment(hour, 0, 23);
	const days = parseSegment(day, 1, 31);
	const months = parseSegment(month, 1, 12);
	const weekdays = parseSegment(weekday, 0, 6);
	return {
		expression: fields,
		// Day and weekday must both match, unlike in Vixie cron.
		isDue: (date) =>
			minutes.has(date.getUTCMinutes()) &&
			hours.has(date.getUTCHours()) &&
			days.has(date.getUTCDate()) &&
			months.has(date.getUTCMonth() + 1) &&
			weekdays.has(date.getUTCDay()),
	};
}

function parseSegment(segment: string, min: number, max: number): ReadonlySet<number> {
	const slots = new Set<number>();
	for (const part of segment.split(',')) {
		const [range = '', stepText, ...rest] = part.split('/');
		if (rest.length > 0) {
			throw new CronError('invalid segment step format - must be in the format */n or 1-30/n');
		}
		let step = 1;
		if (stepText !== undefined) {
			step = parseNumber(stepText);
			if (step < 1 || step > max) {
				throw new CronError(
					`invalid segment step boundary - the step must be between 1 and the ${max}`,
				);
			}
		}
		const [from, to] = parseRange(range, step, min, max);
		for (let slot = from; slot <= to; slot += step) slots.add(slot);
	}
	return slots;
}

function parseRange(
	range: string,
	step: number,
	min: number,
	max: number,
): readonly [number, number] {
	if (range === '*') return [min, max];
	const [first = '', second, ...rest] = range.split('-');
	if (rest.length > 0) {
		throw new CronError('invalid segment range format - the range must have 1 or 2 parts');
	}
	const from = parseNumber(first);
	if (second === undefined) {
		if (step !== 1) {
			throw new CronError(
				'invalid segment step - step > 1 could be used only with the wildcard or range format',
			);
		}
		if (from < min || from > max) {
			throw new CronError('invalid segment value - must be between the min and max of the segment');
		}
		return [from, from];
	}
	if (from < min || from > max) {
		throw new CronError(`invalid segment range minimum - must be between ${min} and ${max}`);
	}
	const to = parseNumber(second);
	if (to < from || to > max) {
		throw new CronError(`invalid segment range maximum - must be between ${from} and ${max}`);
	}
	return [from, to];
}

function parseNumber(text: string): number {
	if (!/^[+-]?\d+$/.test(text)) {
		throw new CronError(`invalid cron segment - ${JSON.stringify(text)} is not a number`);
	}
	return Number(text);
}
