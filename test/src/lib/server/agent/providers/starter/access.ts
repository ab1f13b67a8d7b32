import { expect } from 'vitest';
import type { Person, Sent, StarterBench } from './bench.ts';

/** Who may do what with a table of a recipe. */
export type Access =
	/** Each person sees and changes only their own. */
	| 'owner'
	/** Who is signed in reads all, and writes their own. */
	| 'shared'
	/** Everybody reads, who is signed in writes their own. */
	| 'shown'
	/** Everybody reads and adds, nobody changes. */
	| 'board'
	/** Everybody adds, nobody reads. */
	| 'closed';

export interface TableUnderTest {
	readonly table: string;
	readonly access: Access;
	readonly values: Readonly<Record<string, unknown>>;
	/** What may be changed of it; left out where nothing may. */
	readonly change?: Readonly<Record<string, unknown>>;
}

interface Two {
	readonly ann: Person;
	readonly eve: Person;
}

/** Two people and a visitor try everything with real requests. */
export async function tryAccess(
	bench: StarterBench,
	slug: string,
	{ table, access, values, change }: TableUnderTest,
	{ ann, eve }: Two,
): Promise<void> {
	const at = `${table}/records`;
	const send = (method: string, path: string, token?: string, body?: unknown): Promise<Sent> =>
		bench.api(slug, method, path, { token, body });
	const total = async (token?: string): Promise<unknown> =>
		(await send('GET', at, token)).body['totalItems'];
	const isOwned = access !== 'board' && access !== 'closed';
	const created = isOwned
		? await send('POST', at, ann.token, { ...values, owner: ann.id })
		: await send('POST', at, undefined, values);
	expect([created.status, JSON.stringify(created.body)]).toEqual([200, expect.any(String)]);
	const one = `${at}/${String(created.body['id'])}`;

	if (access === 'board') {
		expect(await total()).toBe(1);
		expect((await send('GET', one)).status).toBe(200);
	}
	if (access === 'closed') {
		expect((await send('GET', at, eve.token)).status).toBe(403);
		expect((await send('GET', one)).status).toBe(403);
	}
	if (!isOwned) {
		for (const token of [undefined, eve.token]) {
			expect((await send('PATCH', one, token, values)).status).toBe(403);
			expect((await send('DELETE', one, token)).status).toBe(403);
		}
		const [text] = Object.entries(values).find(([, value]) => typeof value === 'string') ?? [];
		const long = { ...values, [text ?? '']: 'x'.repeat(30_000) };
		expect((await send('POST', at, undefined, long)).status).toBe(400);
		return;
	}

	const readers = { owner: [], shared: [eve.token], shown: [undefined, eve.token] }[access];
	for (const token of [undefined, eve.token]) {
		const isReader = readers.some((reader) => reader === token);
		expect(await total(token)).toBe(isReader ? 1 : 0);
		expect((await send('GET', one, token)).status).toBe(isReader ? 200 : 404);
		const refused = change === undefined ? 403 : 404;
		expect((await send('PATCH', one, token, change ?? values)).status).toBe(refused);
		expect((await send('DELETE', one, token)).status).toBe(404);
		// In nobody else's name, and in nobody's.
		expect((await send('POST', at, token, { ...values, owner: ann.id })).status).toBe(400);
		expect((await send('POST', at, token, { ...values, owner: '' })).status).toBe(400);
	}
	if (change !== undefined) {
		expect((await send('PATCH', one, ann.token, change)).status).toBe(200);
		expect((await send('PATCH', one, ann.token, { owner: ann.id })).status).toBe(200);
		// It cannot be given away, nor taken from everybody.
		expect((await send('PATCH', one, ann.token, { owner: eve.id })).status).toBe(404);
		expect((await send('PATCH', one, ann.token, { owner: '' })).status).toBe(400);
	}
	expect((await send('DELETE', one, ann.token)).status).toBe(204);
}
