/** The time macros (tools/search/identifier_macros.go); all UTC, one `now` for a whole expression. */
const MACROS = new Map<string, (now: Date) => string | number>([
	['@now', (now) => stamp(now)],
	['@yesterday', (now) => stamp(moved(now, { days: -1 }))],
	['@tomorrow', (now) => stamp(moved(now, { days: 1 }))],
	['@second', (now) => now.getUTCSeconds()],
	['@minute', (now) => now.getUTCMinutes()],
	['@hour', (now) => now.getUTCHours()],
	['@day', (now) => now.getUTCDate()],
	['@month', (now) => now.getUTCMonth() + 1],
	['@weekday', (now) => now.getUTCDay()],
	['@year', (now) => now.getUTCFullYear()],
	['@todayStart', (now) => `${day(now)} 00:00:00.000Z`],
	['@todayEnd', (now) => `${day(now)} 23:59:59.999Z`],
	['@monthStart', (now) => `${day(moved(now, { date: 1 }))} 00:00:00.000Z`],
	['@monthEnd', (now) => `${day(moved(now, { months: 1, date: 0 }))} 23:59:59.999Z`],
	['@yearStart', (now) => `${day(now).slice(0, 4)}-01-01 00:00:00.000Z`],
	['@yearEnd', (now) => `${day(now).slice(0, 4)}-12-31 23:59:59.999Z`],
]);

export const isMacro = (name: string): boolean => MACROS.has(name);

/** Value of a macro at `now`, or `undefined` when the name is none. */
export const macroValue = (name: string, now: Date): string | number | undefined =>
	MACROS.get(name)?.(now);

/** PocketBase's date text: `2024-05-06 07:08:09.010Z`. */
const stamp = (date: Date): string => date.toISOString().replace('T', ' ');
const day = (date: Date): string => stamp(date).slice(0, 10);

function moved(now: Date, by: { days?: number; months?: number; date?: number }): Date {
	return new Date(
		Date.UTC(
			now.getUTCFullYear(),
			now.getUTCMonth() + (by.months ?? 0),
			by.date ?? now.getUTCDate() + (by.days ?? 0),
			now.getUTCHours(),
			now.getUTCMinutes(),
			now.getUTCSeconds(),
			now.getUTCMilliseconds(),
		),
	);
}
