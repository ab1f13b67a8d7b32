import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveNode } from '../../../pb/api/node.ts';
import type { ApiRequest } from '../../../pb/api/types.ts';

let server: Server;
let seen: ApiRequest[] = [];

/** Answers with the query; `/slow` once its client has gone, `/bad` with what cannot be sent. */
beforeAll(async () => {
	server = createServer((incoming, outgoing) => {
		const serve = async (request: ApiRequest) => {
			seen.push(request);
			const { signal, rawPath } = request;
			if (rawPath === '/slow' && !signal.aborted) await once(signal, 'abort');
			const body = rawPath === '/bad' ? (1 as unknown as string) : request.rawQuery;
			return { status: 200, headers: {}, body };
		};
		serveNode(serve, incoming, outgoing, incoming.url ?? '/').catch(() => outgoing.destroy());
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
});
afterAll(() => void server.close());

const open = async (): Promise<Socket> => {
	const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
	await once(socket, 'connect');
	return socket;
};
const asked = (path: string, last = true): string =>
	`GET ${path} HTTP/1.1\r\nHost: x\r\n${last ? 'Connection: close\r\n' : ''}\r\n`;

/** The bodies of the answers on a socket, when the server has closed it. */
async function bodies(socket: Socket): Promise<string[]> {
	const text = Buffer.concat((await socket.toArray()) as Buffer[]).toString();
	return text
		.split('HTTP/1.1 200 OK\r\n')
		.slice(1)
		.map((answer) => answer.split('\r\n\r\n')[1] ?? '');
}

describe('serveNode', () => {
	const numbers = Array.from({ length: 30 }, (_, i) => `n=${i}`);

	it('answers each of many that ask at once', async () => {
		const sockets = await Promise.all(numbers.map(open));
		sockets.forEach((socket, i) => socket.write(asked(`/?n=${i}`)));
		expect((await Promise.all(sockets.map(bodies))).flat()).toEqual(numbers);
	});

	it('answers one who does not wait for the answers in order', async () => {
		const socket = await open();
		socket.write(numbers.map((each, i) => asked(`/?${each}`, i === numbers.length - 1)).join(''));
		expect(await bodies(socket)).toEqual(numbers);
	});

	it('answers the others when one cannot be answered', async () => {
		const [bad, good] = [await open(), await open()];
		bad.write(asked('/bad'));
		good.write(asked('/?ok'));
		expect(await bodies(good)).toEqual(['ok']);
		await bodies(bad).catch(() => undefined);
		expect(bad.destroyed).toBe(true);
	});

	it('tells of a client that leaves, not of one that was answered', async () => {
		seen = [];
		const answered = await open();
		answered.write(asked('/?a'));
		await bodies(answered);
		const gone = await open();
		gone.write(asked('/slow'));
		while (seen.length < 2) await setImmediate();
		gone.destroy();
		const [first, slow] = seen;
		if (!slow!.signal.aborted) await once(slow!.signal, 'abort');
		expect(first!.signal.aborted).toBe(false);
	});
});
