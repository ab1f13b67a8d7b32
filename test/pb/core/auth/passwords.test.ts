import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import { comparePassword, hashPassword } from '../../../../pb/core/auth/index.ts';

describe('comparePassword', () => {
	const hash = bcrypt.hashSync('secret', 4);
	it.each([
		['$2b$', hash, 'secret', true],
		['$2a$ as Go writes it', hash.replace('$2b$', '$2a$'), 'secret', true],
		['$2y$ as PHP writes it', hash.replace('$2b$', '$2y$'), 'secret', true],
		['a wrong password', hash, 'Secret', false],
		['an empty hash', '', '', false],
		['no hash at all', 'secret', 'secret', false],
	])('%s', async (_, stored, password, expected) => {
		expect(await comparePassword(password, stored)).toBe(expected);
	});
});

describe('hashPassword', () => {
	it('takes cost 0 as 10', async () => {
		expect(await hashPassword('x', 0)).toMatch(/^\$2b\$10\$/);
	});

	it('answers 429 when too many wait, and all others come through', async () => {
		const results = await Promise.allSettled(
			Array.from({ length: 1100 }, () => hashPassword('x', 4)),
		);
		const refused = results.filter((result) => result.status === 'rejected');
		expect(refused.length).toBeGreaterThan(0);
		expect(refused.length).toBeLessThanOrEqual(99);
		for (const { reason } of refused) expect(reason).toMatchObject({ status: 429 });
		expect(await hashPassword('x', 4)).toMatch(/^\$2b\$04\$/);
	});
});
