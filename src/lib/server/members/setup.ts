import { randomBytes, timingSafeEqual, createHash } from 'node:crypto';
import { TinykitError } from '#lib/contracts/index.ts';
import { createAccounts } from './accounts.ts';
import type { Backend } from '../backends.ts';
import { addMemberQuery } from './members.ts';
import { readState, writeStateQuery } from '../tables/index.ts';

/** First-run setup: open until it was done once, guarded by a code that only the terminal shows. */
export interface Setup {
	/** A row says that it is open; no missing file or row opens it again (definitions.md 2). */
	isOpen(): Promise<boolean>;
	/** The code to print, made anew at each start while setup is open. */
	code(): string;
	/**
	 * Creates the superuser and the owner, with one e-mail and password, and closes setup - in one transaction.
	 * @throws TinykitError `setup_closed`, `setup_code_wrong`, `setup_code_locked`, `invalid_request`
	 */
	complete(fields: {
		readonly code: string;
		readonly email: string;
		readonly password: string;
	}): Promise<void>;
}

const maxTries = 5;
/** Milliseconds. */
const validFor = 30 * 60_000;
/** Without look-alikes: read from a screen, typed by hand. */
const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

export function createSetup(
	builder: Backend,
	now: () => Date,
	onNewCode: (code: string) => void,
): Setup {
	let code = newCode();
	let made = now().getTime();
	let tries = 0;
	let busy = false;

	const isOpen = async (): Promise<boolean> =>
		(await readState(builder.app.store, 'setup_done')) === false;

	const checkCode = (given: string): void => {
		if (tries >= maxTries) throw new TinykitError('setup_code_locked');
		if (now().getTime() - made > validFor) {
			code = newCode();
			made = now().getTime();
			onNewCode(code);
			throw new TinykitError('setup_code_wrong', {
				message: 'That code has expired. The terminal shows a new one.',
			});
		}
		if (!sameText(normalise(given), normalise(code))) {
			tries++;
			throw new TinykitError('setup_code_wrong');
		}
	};

	return {
		isOpen,
		code: () => code,
		async complete({ code: given, email, password }) {
			if (!(await isOpen())) throw new TinykitError('setup_closed');
			checkCode(given);
			if (busy) throw new TinykitError('setup_closed');
			busy = true;
			try {
				await createAccounts(builder, { email, password }, async (tx, userId) => {
					if ((await readState(tx, 'setup_done')) !== false) throw new TinykitError('setup_closed');
					await tx.run(addMemberQuery(userId, 'owner', now()));
					await tx.run(writeStateQuery('setup_done', true));
				});
			} finally {
				busy = false;
			}
		},
	};
}

/** 16 characters of 31: 79 bits, with 5 tries. */
function newCode(): string {
	const letters: string[] = [];
	while (letters.length < 16) {
		// Bytes past the last whole multiple would favour the first letters.
		for (const byte of randomBytes(32)) if (byte < 248) letters.push(alphabet[byte % 31] ?? '');
	}
	return (letters.slice(0, 16).join('').match(/.{4}/g) ?? []).join('-');
}

const normalise = (code: string): string => code.toUpperCase().replace(/[^A-Z0-9]/g, '');

function sameText(a: string, b: string): boolean {
	const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(a), digest(b));
}
