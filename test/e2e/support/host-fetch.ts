import { request } from 'node:http';
import { Readable } from 'node:stream';

/**
 * A `fetch` for `*.localhost` names that resolvers need not know: it dials 127.0.0.1 and sends the name in `Host`
 * (definitions.md 16). Streams are passed on as they come.
 * @param seen told the host of each answered request
 */
export function hostFetch(seen: (host: string) => void = () => undefined): typeof fetch {
	return async (input, init) => {
		const asked = new Request(input, init);
		const url = new URL(asked.url);
		const body = asked.body ? Buffer.from(await asked.arrayBuffer()) : undefined;
		return new Promise((resolve, reject) => {
			const outgoing = request(
				{
					host: '127.0.0.1',
					port: url.port,
					path: url.pathname + url.search,
					method: asked.method,
					headers: { ...Object.fromEntries(asked.headers), host: url.host },
					signal: asked.signal,
				},
				(answer) => {
					seen(url.host);
					const status = answer.statusCode ?? 0;
					const headers = new Headers();
					for (const [name, value] of Object.entries(answer.headers))
						if (value !== undefined) headers.set(name, String(value));
					const isEmpty = status === 204 || status === 304;
					if (isEmpty) answer.resume();
					resolve(
						new Response(isEmpty ? null : (Readable.toWeb(answer) as ReadableStream), {
							status,
							headers,
						}),
					);
				},
			);
			outgoing.on('error', reject);
			outgoing.end(body);
		});
	};
}
