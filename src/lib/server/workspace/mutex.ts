/** Runs one piece of work after another, in the order they came. */
export type Mutex = <T>(work: () => Promise<T>) => Promise<T>;

export function createMutex(): Mutex {
	let last: Promise<unknown> = Promise.resolve();
	return (work) => {
		const result = last.then(work);
		// A failure is its caller's; the next one starts anyway.
		last = result.catch(() => undefined);
		return result;
	};
}

/** Two `Workspace` objects of one folder must not write past each other: the lock belongs to the folder. */
const locks = new Map<string, Mutex>();

export function mutexOf(folder: string): Mutex {
	let found = locks.get(folder);
	if (!found) locks.set(folder, (found = createMutex()));
	return found;
}
