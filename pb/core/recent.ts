import type { Recent } from './core.ts';

interface Entry {
	count: number;
	/** Milliseconds since 1970. */
	readonly until: number;
}

/** Beyond it the oldest keys are forgotten first. */
const maxKeys = 50_000;

/** Creates the short memory of a backend. */
export function createRecent(now: () => Date): Recent {
	const entries = new Map<string, Entry>();
	const live = (key: string): Entry | undefined => {
		const entry = entries.get(key);
		if (entry && entry.until > now().getTime()) return entry;
		entries.delete(key);
		return undefined;
	};
	const add = (key: string, seconds: number): void => {
		const oldest = entries.keys().next();
		if (entries.size >= maxKeys && !oldest.done) entries.delete(oldest.value);
		entries.set(key, { count: 1, until: now().getTime() + seconds * 1000 });
	};
	return {
		claim(key, seconds) {
			if (live(key)) return false;
			add(key, seconds);
			return true;
		},
		count(key, max, seconds) {
			const entry = live(key);
			if (!entry) add(key, seconds);
			else entry.count += 1;
			return (entry?.count ?? 1) <= max;
		},
		forget: (key) => void entries.delete(key),
	};
}
