import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackend } from '../../../../../pb/index.ts';
import { sql, type Backend } from '../../../../../src/lib/server/backends.ts';
import { createSetup } from '../../../../../src/lib/server/members/setup.ts';
import { createTables } from '../../../../../src/lib/server/tables/tables.ts';

const account = { email: 'owner@example.com', password: 'a long enough password' };
let dir: string;
let builder: Backend;
let now = new Date('2030-01-01T00:00:00Z');
let shown: string[];

const open = async (): Promise<void> => {
	builder = await createBackend({ dataDir: dir, durability: 'normal' });
	await createTables(builder.app.store);
};
const setupNow = () =>
	createSetup(
		builder,
		() => now,
		(code) => shown.push(code),
	);
const count = async (table: 'users' | '_superusers' | '_tk_members') => {
	const tables = {
		users: sql`SELECT count(*) AS n FROM users`,
		_superusers: sql`SELECT count(*) AS n FROM _superusers`,
		_tk_members: sql`SELECT count(*) AS n FROM _tk_members`,
	};
	return (await builder.app.store.get(tables[table]))?.['n'];
};

beforeEach(async () => {
	dir = await mkdtemp(join(tmpdir(), 'tinykit-setup-'));
	now = new Date('2030-01-01T00:00:00Z');
	shown = [];
	await open();
});
afterEach(async () => {
	await builder.close();
	await rm(dir, { recursive: true, force: true });
});

describe('setup', () => {
	it('makes one owner and one superuser, of two that come at once, and is closed for good', async () => {
		const setup = setupNow();
		const both = await Promise.allSettled([
			setup.complete({ code: setup.code(), ...account }),
			setup.complete({ code: setup.code(), ...account, email: 'second@example.com' }),
		]);
		expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		expect(await count('users')).toBe(1);
		expect(await count('_superusers')).toBe(1);
		expect(await count('_tk_members')).toBe(1);
		await builder.close();
		await open();
		const later = setupNow();
		expect(await later.isOpen()).toBe(false);
		await expect(later.complete({ code: later.code(), ...account })).rejects.toMatchObject({
			code: 'setup_closed',
		});
	});

	it.each([
		['the mark', sql`DELETE FROM _tk_state`],
		['the members', sql`DELETE FROM _tk_members`],
		['the accounts', sql`DELETE FROM users`],
		['the superusers', sql`DELETE FROM _superusers`],
	])('stays closed when %s are missing', async (_what, loss) => {
		const setup = setupNow();
		await setup.complete({ code: setup.code(), ...account });
		await builder.app.store.write((tx) => tx.run(loss));
		await createTables(builder.app.store);
		expect(await setupNow().isOpen()).toBe(false);
	});

	it('changes nothing when the account is refused, and can be tried again', async () => {
		const setup = setupNow();
		await expect(
			setup.complete({ code: setup.code(), email: 'no address', password: account.password }),
		).rejects.toMatchObject({ code: 'invalid_request' });
		expect([await count('users'), await count('_superusers')]).toEqual([0, 0]);
		await setup.complete({ code: setup.code(), ...account });
		expect(await setup.isOpen()).toBe(false);
	});

	it('locks after five wrong codes, also for the right one', async () => {
		const setup = setupNow();
		for (let i = 0; i < 5; i++)
			await expect(setup.complete({ code: 'WRONG', ...account })).rejects.toMatchObject({
				code: 'setup_code_wrong',
			});
		await expect(setup.complete({ code: setup.code(), ...account })).rejects.toMatchObject({
			code: 'setup_code_locked',
		});
		expect(await count('users')).toBe(0);
	});

	it('expires a code after half an hour and shows a new one', async () => {
		const setup = setupNow();
		const old = setup.code();
		now = new Date(now.getTime() + 30 * 60_000 + 1);
		await expect(setup.complete({ code: old, ...account })).rejects.toMatchObject({
			code: 'setup_code_wrong',
		});
		expect(shown).toEqual([setup.code()]);
		expect(setup.code()).not.toBe(old);
		await setup.complete({ code: setup.code().toLowerCase().replaceAll('-', ' '), ...account });
		expect(await setup.isOpen()).toBe(false);
	});
});
