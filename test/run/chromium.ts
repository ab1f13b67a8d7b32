import { existsSync } from 'node:fs';
import { join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The system's chromium, or undefined when there is none. */
export function chromiumPath(): string | undefined {
	const dirs = (process.env['PATH'] ?? '').split(':').filter((dir) => dir !== '');
	return dirs
		.flatMap((dir) => names.map((name) => join(dir, name)))
		.find((path) => existsSync(path));
}
