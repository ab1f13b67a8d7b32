import { roles, TinykitError, type Me } from '#lib/contracts/index.ts';
import { sql, type Backend, type SqlNode } from '../backends.ts';

export interface Members {
	/**
	 * The member behind an `Authorization` header.
	 * @throws TinykitError `not_authenticated` without a valid token of the builder's `users`,
	 * `not_a_member` when the account has no row in `_tk_members` (definitions.md 1)
	 */
	authenticate(authorization: string | undefined): Promise<Me>;
}

export function createMembers(builder: Backend): Members {
	return {
		async authenticate(authorization) {
			const token = (authorization ?? '').replace(/^Bearer\s+/i, '').trim();
			const record = token === '' ? undefined : await builder.authenticate(token);
			if (record?.collection.name !== 'users') throw new TinykitError('not_authenticated');
			const id = String(record.data['id']);
			const row = await builder.app.store.get(
				sql`SELECT role FROM _tk_members WHERE userId = ${id}`,
			);
			const role = roles.find((known) => known === row?.['role']);
			if (!role) throw new TinykitError('not_a_member');
			return { id, email: String(record.data['email']), role };
		},
	};
}

/** Makes an account a member; part of the caller's transaction. */
export const addMemberQuery = (userId: string, role: Me['role'], created: Date): SqlNode =>
	sql`INSERT INTO _tk_members (userId, role, created) VALUES (${userId}, ${role}, ${created.toISOString()})`;
