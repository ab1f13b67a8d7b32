import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

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
/** Milliseconds after which removing a lock that nobody holds is somebody else's turn. */
const longestTurn = 10_000;

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
	const draft = `${path}.${randomUUID()}`;
	await writeFile(draft, `${process.pid}\n${startOf(process.pid)}\n`, { mode: 0o600 });
	try {
		for (;;) {
			try {
				// One step, and whole from the first moment: nobody sees a lock that does not say yet whose it is.
				await link(draft, path);
				return lockAt(path);
			} catch (error) {
				if (!isCode(error, 'EEXIST')) throw error;
			}
			const holder = readHolder(path);
			if (holder && isAlive(holder)) throw new LockedError(dataDir, holder.pid);
			await takeAway(path);
		}
	} finally {
		await rm(draft, { force: true });
	}
}

/** Removes a lock that nobody holds. Who removes takes turns, else one would remove what another has just taken. */
async function takeAway(path: string): Promise<void> {
	const turn = `${path}.turn`;
	try {
		await mkdir(turn);
	} catch (error) {
		if (!isCode(error, 'EEXIST')) throw error;
		const begun = (await stat(turn).catch(() => undefined))?.mtimeMs ?? Infinity;
		// Its process died in between.
		if (Date.now() - begun > longestTurn) await rmdir(turn).catch(() => undefined);
		else await delay(10);
		return;
	}
	try {
		const holder = readHolder(path);
		if (!holder || !isAlive(holder)) await rm(path, { force: true });
	} finally {
		await rmdir(turn);
	}
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
