import { availableParallelism } from 'node:os';
import { ApiError } from '../errors.ts';

/** bcrypt reads no further than this; longer passwords would be equal in all they have in common. */
export const maxPasswordBytes = 72;

/**
 * Hashes run on libuv's pool of four threads, which file reads and the fsync of every commit need as well: one
 * hundred unbounded logins held up an unrelated read for 5.9 s. Two threads stay free, and past the queue's end a
 * client is told to come back. The pool is one per process, so this is too.
 */
const running = Math.max(1, Math.min(2, availableParallelism()));
const maxWaiting = 1000;

interface Queue {
	active: number;
	readonly waiting: (() => void)[];
}
const queue: Queue = { active: 0, waiting: [] };

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
	if (queue.active >= running) {
		if (queue.waiting.length >= maxWaiting) throw new ApiError(429, '');
		await new Promise<void>((resolve) => queue.waiting.push(resolve));
	} else {
		queue.active += 1;
	}
	try {
		return await work();
	} finally {
		const next = queue.waiting.shift();
		if (next) next();
		else queue.active -= 1;
	}
}

const loadBcrypt = async (): Promise<typeof import('bcrypt')> => (await import('bcrypt')).default;

/**
 * Hashes a password with bcrypt.
 * @param cost 4 to 31; 0 means PocketBase's default of 10.
 * @throws ApiError 429 when too many hashes are waiting.
 */
export async function hashPassword(password: string, cost = 10): Promise<string> {
	const bcrypt = await loadBcrypt();
	return inTurn(() => bcrypt.hash(password, cost === 0 ? 10 : cost));
}

/**
 * Whether a password belongs to a stored hash (`$2a$`, `$2b$`, `$2y$`); false for anything that is no hash.
 * @throws ApiError 429 when too many hashes are waiting.
 */
export async function comparePassword(password: string, hash: string): Promise<boolean> {
	if (!/^\$2[aby]\$\d\d\$/.test(hash)) return false;
	const bcrypt = await loadBcrypt();
	// `$2y$` is PHP's name for what others call `$2b$`; the library knows only the latter.
	const known = hash.startsWith('$2y$') ? '$2b$' + hash.slice(4) : hash;
	return inTurn(() => bcrypt.compare(password, known));
}

/** A hash of no known password, with the default cost. */
const nobody = '$2b$10$C6UzMDM.H6dfI/f/IKcEe.7uQy9fN0yNfPz0SpvP8vYjGYbBqC5aW';

/**
 * Spends the time of a comparison for an account that does not exist, so that answers to both take equally long.
 * @param hash Of some record of the collection, whose cost then counts.
 */
export async function compareWithNobody(password: string, hash?: string): Promise<void> {
	await comparePassword(password, hash ?? nobody);
}
