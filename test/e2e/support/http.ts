import { request } from 'node:http';

export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly text: string;
	json(): Record<string, unknown>;
}

/**
 * A request to a host name of this machine that resolvers need not know: the name goes into `Host`, the bytes to
 * 127.0.0.1 (Node's fetch drops a `Host` header silently).
 */
export function requestHost(
	port: number,
	host: string,
	path: string,
	options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const outgoing = request(
			{
				host: '127.0.0.1',
				port,
				path,
				method: options.method ?? 'GET',
				headers: { ...options.headers, host: `${host}:${String(port)}` },
			},
			(response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.on('error', reject);
				response.on('end', () => {
					const text = Buffer.concat(chunks).toString('utf8');
					resolve({
						status: response.statusCode ?? 0,
						headers: response.headers,
						text,
						json: () => JSON.parse(text) as Record<string, unknown>,
					});
				});
			},
		);
		outgoing.on('error', reject);
		outgoing.end(options.body);
	});
}
