import { chromium, type Browser } from 'playwright-core';
import { chromiumPath } from '../../run/chromium.ts';

/** The system's chromium without a window. As root it has no sandbox of its own. */
export async function openBrowser(): Promise<Browser> {
	const executablePath = chromiumPath();
	if (executablePath === undefined) throw new Error('there is no chromium on this machine');
	return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
