const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const date = '(?<y>\\d{4})-(?<m>\\d{2})-(?<d>\\d{2})';
const time = '(?<h>\\d{1,2}):(?<mi>\\d{2}):(?<s>\\d{2})(?:[.,](?<f>\\d+))?';
const month = '(?<mon>[A-Za-z]{3})';
const weekday = '(?i:mon|tue|wed|thu|fri|sat|sun)';
const weekdayLong = '(?i:(?:mon|tues|wednes|thurs|fri|satur|sun)day)';
const zone = '(?<z>[+-]\\d{2}:?\\d{2}|Z)';
/** A zone's name without offset counts as UTC (golang.org/issue/19694). */
const zoneName = '(?:[A-Z]{3,5}|[+-]\\d{2})';
const day = '(?<d>[ \\d]?\\d)';

/** Accepted layouts; each with an optional fraction of a second (core uses spf13/cast for what is not its own layout). */
const layouts = [
	date,
	`${date}[T ]${time}${zone}?`,
	`${date} ${time} ${zone}(?: ${zoneName})?`,
	`${weekday}, (?<d>\\d{2}) ${month} (?<y>\\d{4}) ${time} (?:${zone}|${zoneName})`,
	`(?<d>\\d{2}) ${month} (?<yy>\\d{2}) (?<h>\\d{1,2}):(?<mi>\\d{2}) (?:${zone}|${zoneName})`,
	`${weekdayLong}, (?<d>\\d{2})-${month}-(?<yy>\\d{2}) ${time} ${zoneName}`,
	`${weekday} ${month} ${day} ${time}(?: ${zoneName})? (?<y>\\d{4})`,
	`${weekday} ${month} (?<d>\\d{2}) ${time} ${zone} (?<y>\\d{4})`,
	`(?<d>\\d{2}) ${month} (?<y>\\d{4})`,
	`(?<h>\\d{1,2}):(?<mi>\\d{2})(?<pm>AM|PM)`,
	`${month} ${day} ${time}`,
].map((layout) => new RegExp(`^${layout}$`));

/** The stored form of most dates: nothing to do, which matters for every row that is read. Days 29 to 31 are looked at. */
const stored =
	/^[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8]) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** `2022-06-25 11:03:45.123Z`, always UTC and 24 characters, so that dates compare as text. */
export function formatDateTime(instant: Date): string {
	return (
		`${pad(instant.getUTCFullYear(), 4)}-${pad(instant.getUTCMonth() + 1)}-${pad(instant.getUTCDate())} ` +
		`${pad(instant.getUTCHours())}:${pad(instant.getUTCMinutes())}:${pad(instant.getUTCSeconds())}.` +
		`${pad(instant.getUTCMilliseconds(), 3)}Z`
	);
}

/**
 * Any submitted or stored value -> the stored form of a date, `''` when there is none or it is not
 * understood (PocketBase does not complain; a required field then does). Numbers are not understood.
 */
export function parseDateTime(value: unknown): string {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : formatDateTime(value);
	if (typeof value !== 'string' || value === '') return '';
	if (stored.test(value)) return value;
	for (const layout of layouts) {
		const groups = layout.exec(value)?.groups;
		if (groups !== undefined) {
			const instant = assemble(groups);
			if (instant !== undefined) return isZero(instant) ? '' : formatDateTime(instant);
		}
	}
	return '';
}

/** Go's zero time, which PocketBase prints as the empty string. */
const isZero = (instant: Date): boolean => instant.getTime() === -62_135_596_800_000;

function assemble(groups: Readonly<Record<string, string | undefined>>): Date | undefined {
	const number = (key: string, fallback: number): number =>
		groups[key] === undefined ? fallback : Number(groups[key]);
	const named =
		groups['mon'] === undefined ? undefined : months.indexOf(groups['mon'].toLowerCase()) + 1;
	if (named === 0) return undefined;
	const short = number('yy', -1);
	// Two-digit years as in Go: 69..99 are 19xx, the rest 20xx. A layout without a year has year 0.
	const year = short < 0 ? number('y', 0) : short + (short >= 69 ? 1900 : 2000);
	const monthNumber = named ?? number('m', 1);
	const dayNumber = number('d', 1);
	let hour = number('h', 0);
	if (groups['pm'] !== undefined) {
		if (hour > 12) return undefined;
		hour = (hour % 12) + (groups['pm'] === 'PM' ? 12 : 0);
	}
	const minute = number('mi', 0);
	const second = number('s', 0);
	if (hour > 23 || minute > 59 || second > 59 || monthNumber < 1 || monthNumber > 12)
		return undefined;
	const instant = new Date(0);
	instant.setUTCFullYear(year, monthNumber - 1, dayNumber);
	if (instant.getUTCDate() !== dayNumber) return undefined;
	const milliseconds = Number((groups['f'] ?? '').slice(0, 3).padEnd(3, '0'));
	instant.setUTCHours(hour, minute, second, milliseconds);
	return new Date(instant.getTime() - offsetMinutes(groups['z']) * 60_000);
}

function offsetMinutes(zoneText: string | undefined): number {
	const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zoneText ?? '');
	if (match === null) return 0;
	const minutes = Number(match[2]) * 60 + Number(match[3]);
	return match[1] === '-' ? -minutes : minutes;
}
