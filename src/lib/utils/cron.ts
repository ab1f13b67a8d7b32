/**
 * Cron expressions in plain words, for the five-field form PocketBase uses (UTC). Only what can be said
 * without guessing is said: everything else is `undefined`, and the expression itself is shown.
 */

const macros: Readonly<Record<string, string>> = {
	'@yearly': '0 0 1 1 *',
	'@annually': '0 0 1 1 *',
	'@monthly': '0 0 1 * *',
	'@weekly': '0 0 * * 0',
	'@daily': '0 0 * * *',
	'@midnight': '0 0 * * *',
	'@hourly': '0 * * * *',
};
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const isNumber = (text: string) => /^\d{1,2}$/.test(text);
const clock = (hour: string, minute: string) =>
	`${hour.padStart(2, '0')}:${minute.padStart(2, '0')} UTC`;

/**
 * @example describeCron('0 3 * * *') // 'Every day at 03:00 UTC'
 * @example describeCron('*\/15 * * * *') // 'Every 15 minutes'
 */
export function describeCron(expression: string): string | undefined {
	const text = expression.trim();
	const fields = (macros[text] ?? text).split(/\s+/);
	if (fields.length !== 5) return undefined;
	const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
	const step = /^\*\/(\d{1,2})$/;
	if (hour === '*' && day === '*' && month === '*' && weekday === '*') {
		if (minute === '*') return 'Every minute';
		const every = step.exec(minute)?.[1];
		if (every) return `Every ${every} minutes`;
		return isNumber(minute) ? `Every hour, at minute ${minute}` : undefined;
	}
	if (!isNumber(minute) || month !== '*') return undefined;
	const hours = step.exec(hour)?.[1];
	if (hours && day === '*' && weekday === '*') return `Every ${hours} hours, at minute ${minute}`;
	if (!isNumber(hour)) return undefined;
	const at = clock(hour, minute);
	if (day === '*' && weekday === '*') return `Every day at ${at}`;
	if (day === '*' && weekday === '1-5') return `Monday to Friday at ${at}`;
	if (day === '*' && isNumber(weekday)) {
		const name = weekdays[Number(weekday) % 7];
		return name ? `Every ${name} at ${at}` : undefined;
	}
	if (weekday === '*' && isNumber(day)) return `On day ${day} of each month at ${at}`;
	return undefined;
}
