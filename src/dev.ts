import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TinykitError } from '#lib/contracts/index.ts';
import { createRuntime } from '#lib/server/create-runtime.ts';
import { createHostRouter, createOrigins } from '#lib/server/web/index.ts';
import type { Runtime } from '#lib/server/runtime.ts';
import { shareWithPages } from '#lib/server/shared.ts';
import { readEnv } from './cli/environment.ts';
import { lockDataDir } from './cli/lock.ts';
import { log } from './cli/log.ts';

type Next = () => void;
type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => void;

interface Opened {
	readonly serve: Middleware;
}

/** One per process: Vite may restart itself as often as it likes, the databases stay open. */
let opened: Promise<Opened> | undefined;
let stopping: Promise<void> | undefined;

/**
 * The product's router in front of Vite: the same hosts, backends and API as in production, with pages that
 * reload by themselves.
 * @param server Vite's HTTP server; its port is known once it listens
 */
export function devRouter(server: Server): Middleware {
	return (request, response, next) => {
		opened ??= open((server.address() as AddressInfo).port);
		opened.then(
			({ serve }) => serve(request, response, next),
			(error: unknown) => {
				// The next request tries again: the other process may have ended meanwhile.
				opened = undefined;
				if (error instanceof TinykitError) log('error', error.message);
				else log('error', 'start', error);
				response.writeHead(500).end('The terminal says what is wrong.\n');
			},
		);
	};
}

/** Vite ends the process as soon as it has closed itself; on a signal it waits for this first. */
export const closedOnSignal = (): Promise<void> => stopping ?? Promise.resolve();

async function open(port: number): Promise<Opened> {
	const env = readEnv();
	const lock = await lockDataDir(env.dataDir);
	const origins = createOrigins(env, port);
	const showCode = (code: string): void => console.log(`setup code: ${code}`);
	let runtime: Runtime;
	try {
		runtime = await createRuntime({ env, origins, now: () => new Date(), log, showCode });
	} catch (error) {
		await lock.release();
		throw error;
	}
	shareWithPages({ frames: origins.anyApp, log });
	if (await runtime.setup.isOpen()) showCode(runtime.setup.code());
	const close = async (): Promise<void> => {
		await runtime.close();
		await lock.release();
	};
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		// Before Vite's own listener, which would not wait.
		process.prependListener(signal, () => {
			if (stopping) return;
			stopping = close().catch((error: unknown) => log('error', 'stop', error));
			void stopping.finally(() => process.exit(0));
		});
	}
	const nexts = new WeakMap<IncomingMessage, Next>();
	const router = createHostRouter(runtime, (request) => nexts.get(request)?.());
	return {
		serve(request, response, next) {
			nexts.set(request, next);
			router(request, response);
		},
	};
}
