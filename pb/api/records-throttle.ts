import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection, Core } from '../core/index.ts';
import type { ApiContext } from './types.ts';

interface Window {
	readonly until: number;
	count: number;
}

/** Searches that may come back empty in one window. */
const maxEmpty = 3;
const windowMs = 3000;
const maxDelayMs = 500;
const maxWindows = 10_000;

// Per backend: two of them in one process know nothing of each other.
const windowsOf = new WeakMap<Core, Map<string, Window>>();

/**
 * Delays the answer to a filtered list that found nothing, from the fourth such search within three seconds on, by a
 * random time: how long a search takes could tell about records that the list rule hides (apis/record_crud.go).
 */
export async function throttleSearch(context: ApiContext, collection: Collection): Promise<void> {
	const { core, info, realIp, request } = context;
	if (info.auth?.isSuperuser === true || (collection.listRule ?? '') === '') return;
	if ((info.query['filter'] ?? '') === '') return;
	let windows = windowsOf.get(core);
	if (!windows) windowsOf.set(core, (windows = new Map<string, Window>()));
	const key = `${collection.id} ${realIp}`;
	const now = core.now().getTime();
	const open = windows.get(key);
	if (!open || open.until <= now) {
		if (windows.size >= maxWindows) windows.clear();
		windows.set(key, { until: now + windowMs, count: 1 });
		return;
	}
	open.count += 1;
	if (open.count <= maxEmpty) return;
	const [random = 0, more = 0] = core.random.bytes(2);
	await sleep(((random * 256 + more) % maxDelayMs) + 1, undefined, {
		signal: request.signal,
	}).catch(() => undefined);
}
