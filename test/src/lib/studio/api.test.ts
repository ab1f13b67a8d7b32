import { describe, expect, it } from 'vitest';
import { createApi, hashOfEtag } from '#lib/studio/api/index.ts';

/** A client whose requests end at `answer`. */
function client(answer: (request: Request) => Response | Promise<Response>) {
	const seen: Request[] = [];
	let refused = 0;
	const api = createApi({
		base: 'http://builder.test/tinykit/api',
		fetch: async (input, init) => {
			const request = new Request(input, init);
			seen.push(request.clone());
			return answer(request);
		},
		token: () => 'tok',
		onUnauthenticated: () => (refused += 1),
	});
	return { api, seen, refusals: () => refused };
}
const json = (value: unknown, status = 200) => Response.json(value, { status });

describe('createApi', () => {
	it('sends the bearer and parses the answer', async () => {
		const { api, seen } = client(() => json({ id: 'u', email: 'a@b.c', role: 'owner', more: 1 }));
		expect(await api.me()).toEqual({ id: 'u', email: 'a@b.c', role: 'owner' });
		expect(seen[0]?.url).toBe('http://builder.test/tinykit/api/me');
		expect(seen[0]?.headers.get('authorization')).toBe('Bearer tok');
	});

	it('encodes each part of a file path, and says what the file must be', async () => {
		const { api, seen } = client(() => json({ path: 'p', size: 1, hash: 'h' }));
		await api.writeFile('my-app', 'src/a b#?.svelte', 'text', { hash: 'ab' });
		await api.writeFile('my-app', 'new.ts', '', { hash: null });
		expect(seen[0]?.url).toBe(
			'http://builder.test/tinykit/api/apps/my-app/files/src/a%20b%23%3F.svelte',
		);
		expect(seen[0]?.method).toBe('PUT');
		expect(seen[0]?.headers.get('if-match')).toBe('"ab"');
		expect(await seen[0]?.text()).toBe('text');
		expect(seen[1]?.headers.get('if-none-match')).toBe('*');
		expect(seen[1]?.headers.get('if-match')).toBeNull();
	});

	it.each(['../x.ts', 'src/./x.ts', 'src//x.ts', '/x.ts', 'src/'])(
		'does not send %j, which the browser would turn into another path',
		async (path) => {
			const { api, seen } = client(() => json({}));
			const write = api.writeFile('a', path, '', { hash: null });
			await expect(write).rejects.toMatchObject({ code: 'path_invalid' });
			expect(seen).toEqual([]);
		},
	);

	it('reads a file as it is, with the hash of its ETag', async () => {
		const { api } = client(() => new Response('a\r\nb', { headers: { etag: '"beef"' } }));
		expect(await api.readFile('a', 'b.ts')).toEqual({ text: 'a\r\nb', hash: 'beef' });
	});

	it('tells a 401 before it throws', async () => {
		const { api, refusals } = client(() => json({ data: {}, message: 'no' }, 401));
		await expect(api.apps()).rejects.toMatchObject({ code: 'not_authenticated', status: 401 });
		expect(refusals()).toBe(1);
	});

	it.each([
		['text', () => new Response('<html>')],
		['another form', () => json({ items: 'x' })],
		['nothing', () => new Response(null)],
	])('refuses an answer that is %s', async (_name, answer) => {
		const { api } = client(answer);
		await expect(api.apps()).rejects.toMatchObject({ code: 'bad_response' });
	});

	it('takes a rejected fetch for a server that cannot be reached', async () => {
		const { api } = client(() => Promise.reject(new TypeError('fetch failed')));
		await expect(api.status()).rejects.toMatchObject({ code: 'offline', status: 0 });
	});

	it('turns a model test that says no into its failure', async () => {
		const { api } = client(() => json({ ok: false, code: 'key_rejected', message: 'No.' }));
		await expect(api.testModel()).rejects.toMatchObject({ code: 'key_rejected', message: 'No.' });
	});

	it('resumes events after the last known one', async () => {
		const { api, seen } = client(() => new Response(''));
		const { signal } = new AbortController();
		await api.openEvents('a', 'r', 0, false, signal);
		await api.openEvents('a', 'r', 7, true, signal);
		expect(seen[0]?.headers.get('last-event-id')).toBeNull();
		expect(seen[1]?.headers.get('last-event-id')).toBe('7');
		expect(new URL(seen[1]!.url).search).toBe('?studio=1');
	});
});

describe('hashOfEtag', () => {
	it.each([
		['"ab"', 'ab'],
		['W/"ab"', 'ab'],
		[null, ''],
		['ab', ''],
	])('%s is %s', (etag, expected) => {
		expect(hashOfEtag(etag)).toBe(expected);
	});
});
