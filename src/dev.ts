import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRuntime } from '#lib/server/create-runtime.ts';
import { createHostRouter } from '#lib/server/host-router.ts';
import { createOrigins } from '#lib/server/origins.ts';
import type { Runtime } from '#lib/server/runtime.ts';
import { shareWithPages } from '#lib/server/shared.ts';
import { readEnv } from './cli/environment.ts';
import { lockDataDir } from './cli/lock.ts';
import { log } from './cli/log.ts';

/** One per process: Vite may restart itself as often as it likes, the databases stay open. */
let opened: Promise<Runtime> | undefined;

/**
 * The product's router in front of Vite: the same hosts, backends and API as in production, with pages that
 * reload by themselves.
 * @param server Vite's HTTP server; its port is known once it listens
 */
export function devRouter(
	server: Server,
): (request: IncomingMessage, response: ServerResponse, next: () => void) => void {
	return (request, response, next) => {
		opened ??= open((server.address() as AddressInfo).port);
		opened.then(
			(runtime) => createHostRouter(runtime, next)(request, response),
			(error: unknown) => {
				log('error', 'start', error);
				response.writeHead(500).end('The terminal says what is wrong.\n');
			},
		);
	};
}

async function open(port: number): Promise<Runtime> {
	const env = readEnv();
	await lockDataDir(env.dataDir);
	const origins = createOrigins(env, port);
	const showCode = (code: string): void => console.log(`setup code: ${code}`);
	const runtime = await createRuntime({ env, origins, now: () => new Date(), log, showCode });
	shareWithPages({ frames: origins.anyApp, log });
	if (await runtime.setup.isOpen()) showCode(runtime.setup.code());
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void runtime.close().finally(() => process.exit(0)));
	}
	return runtime;
}
