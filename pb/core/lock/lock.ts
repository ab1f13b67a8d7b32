import { readFileSync } from 'node:fs';
import { link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A second process on a data directory. The message is one sentence for the operator. */
export class LockedError extends Error {
	override readonly name = 'LockedError';
	readonly pid: number;

	constructor(dataDir: string, pid: number) {
		super(`The data directory ${dataDir} is in use by process ${pid}.`);
		this.pid = pid;
	}
}

export interface DataLock {
	/** Removes the lock file. Safe to call twice. */
	release(): Promise<void>;
}

/** Name of the lock file in a data directory. */
export const lockFile = '.tinykit.lock';

/**
 * Takes a data directory for this process, so that no second one writes to the same files.
 * The lock of a process that is gone is taken over.
 * @param dataDir Created when missing.
 * @throws LockedError while another process lives; the system's error when the directory cannot be written.
 * @example const lock = await acquireLock('./pb_data'); … await lock.release();
 */
export async function acquireLock(dataDir: string): Promise<DataLock> {
	await mkdir(dataDir, { recursive: true });
	const path = join(dataDir, lockFile);
	const mine = `${process.pid}\n${startOf(process.pid)}\n`;
	for (;;) {
		try {
			// `wx` makes taking it one step: of two processes that start together one gets EEXIST.
			await writeFile(path, mine, { flag: 'wx', mode: 0o600 });
			return lockAt(path);
		} catch (error) {
			if (!isCode(error, 'EEXIST')) throw error;
		}
		const holder = readHolder(path);
		if (holder && isAlive(holder)) throw new LockedError(dataDir, holder.pid);
		await takeAway(path, holder);
	}
}

/** Removes a stale lock, unless another process has just taken it over: then that one goes back to its place. */
async function takeAway(path: string, stale: Holder | undefined): Promise<void> {
	const aside = `${path}.${process.pid}`;
	try {
		await rename(path, aside);
	} catch {
		return;
	}
	const found = readHolder(aside);
	if (found && (found.pid !== stale?.pid || found.start !== stale.start))
		await link(aside, path).catch(() => undefined);
	await rm(aside, { force: true });
}

/** The process that holds a data directory; undefined when nobody does. */
export function lockHolder(dataDir: string): number | undefined {
	const holder = readHolder(join(dataDir, lockFile));
	return holder && isAlive(holder) ? holder.pid : undefined;
}

function lockAt(path: string): DataLock {
	let isHeld = true;
	return {
		async release() {
			if (isHeld && readHolder(path)?.pid === process.pid) await rm(path, { force: true });
			isHeld = false;
		},
	};
}

interface Holder {
	readonly pid: number;
	/** When the process started, as the kernel counts; '' where the system does not say. */
	readonly start: string;
}

function readHolder(path: string): Holder | undefined {
	try {
		const [pid = '', start = ''] = readFileSync(path, 'utf8').split('\n');
		return Number(pid) > 0 ? { pid: Number(pid), start } : undefined;
	} catch {
		return undefined;
	}
}

function isAlive({ pid, start }: Holder): boolean {
	// This very process locked it before: a restart in place, or a container where every server is process 1.
	if (pid === process.pid) return start === startOf(pid) && start !== '';
	try {
		process.kill(pid, 0);
	} catch (error) {
		// EPERM: it lives, under another user.
		if (!isCode(error, 'EPERM')) return false;
	}
	const now = startOf(pid);
	return start === '' || now === '' || start === now;
}

/** A process number is used again some day; together with its start time it is not (Linux only). */
function startOf(pid: number): string {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The name in parentheses may hold spaces; after it the start time is the 20th field.
		return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
	} catch {
		return '';
	}
}

const isCode = (error: unknown, code: string): boolean =>
	error instanceof Error && 'code' in error && error.code === code;
