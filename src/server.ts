import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TinykitError } from '#lib/contracts/index.ts';
import { createHostRouter, createOrigins, type Pages, sendText } from '#lib/server/web/index.ts';
import { listenForCommands } from '#lib/server/control.ts';
import { createRuntime } from '#lib/server/create-runtime.ts';
import type { Env } from '#lib/server/env.ts';
import type { Log, Runtime } from '#lib/server/runtime.ts';
import { shareWithPages } from '#lib/server/shared.ts';
import { lockDataDir } from './cli/lock.ts';

export interface RunningServer {
	/** Public address of the builder. */
	readonly url: string;
	/** Set until the first member exists. */
	readonly setupCode: string | undefined;
	close(): Promise<void>;
}

/** Milliseconds an open request may take to end once the server is told to stop. */
const graceOnStop = 3000;

/**
 * Starts tinykit: lock, port, databases, router - and the pages in front of nothing.
 * @throws TinykitError `data_dir_locked`, `data_dir_unwritable`, `port_in_use`, `env_invalid`, `pages_missing`
 */
export async function startServer(
	env: Env,
	log: Log,
	showCode: (code: string) => void,
): Promise<RunningServer> {
	const lock = await lockDataDir(env.dataDir);
	let serve = (_: IncomingMessage, response: ServerResponse): void =>
		sendText(response, 503, 'Starting.\n', { 'retry-after': '1' });
	const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) =>
		serve(request, response),
	);
	let opened: Runtime | undefined;
	try {
		const port = await listen(server, env);
		const origins = createOrigins(env, port);
		const pages = await loadPages();
		const runtime = await createRuntime({ env, origins, now: () => new Date(), log, showCode });
		opened = runtime;
		shareWithPages({ frames: origins.anyApp, log });
		const control = await listenForCommands(env.dataDir, runtime);
		serve = createHostRouter(runtime, pages);
		const isOpen = await runtime.setup.isOpen();
		return {
			url: `${origins.builder}/tinykit`,
			setupCode: isOpen ? runtime.setup.code() : undefined,
			async close() {
				// Connections that are kept alive may still ask: nothing is opened for them any more.
				serve = (_, response) =>
					sendText(response, 503, 'Stopping.\n', { connection: 'close', 'retry-after': '1' });
				const closed = once(server, 'close');
				server.close();
				control.close();
				await runtime.close();
				server.closeIdleConnections();
				const force = setTimeout(() => server.closeAllConnections(), graceOnStop);
				await closed;
				clearTimeout(force);
				await lock.release();
			},
		};
	} catch (error) {
		// Whatever is open would keep the process alive, and others off the data.
		server.close();
		server.closeAllConnections();
		await opened?.close();
		await lock.release();
		throw error;
	}
}

async function listen(server: Server, env: Env): Promise<number> {
	server.listen(env.port, env.host);
	try {
		await once(server, 'listening');
	} catch (cause) {
		const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
		const message =
			code === 'EADDRINUSE'
				? `Port ${String(env.port)} is in use; stop what uses it or set PORT to another one.`
				: `Cannot listen on ${env.host}:${String(env.port)} (${String(code)}).`;
		throw new TinykitError('port_in_use', { message, cause });
	}
	return (server.address() as AddressInfo).port;
}

/** Kit's handler as `vite build` left it; imported by address, since it exists only after a build. */
async function loadPages(): Promise<Pages> {
	const file = new URL('../build/handler.js', import.meta.url);
	if (!existsSync(file)) throw new TinykitError('pages_missing');
	const built = (await import(file.href)) as { handler: Pages };
	return built.handler;
}
