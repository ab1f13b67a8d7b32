import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { dirname, join, resolve } from 'node:path';
import { acquireLock, createBackend, type Backend, type DataLock } from '../index.ts';
import { isOn, UsageError, type Args } from './args.ts';
import { backendConfig, parseAddress } from './options.ts';
import { serveStatic, type StaticOptions } from './static-files.ts';
import { trimMemory } from './trim-memory.ts';

/** Milliseconds an open request may take to end once the server is told to stop. */
const graceOnStop = 3000;

/** `serve`: runs until SIGTERM or SIGINT. @throws an Error whose message is one sentence. */
export async function serve(args: Args): Promise<void> {
	if (args.positional.length > 1 || args.text('https') !== undefined)
		throw new UsageError('HTTPS is not served: put a proxy in front and use --http.');
	const { host, port } = parseAddress(args.text('http') ?? '127.0.0.1:8090');
	const config = backendConfig(args);
	const origins = (args.text('origins') ?? '*').split(',').map((origin) => origin.trim());
	const files: StaticOptions = {
		dir: resolve(args.text('publicDir') ?? join(dirname(config.dataDir), 'pb_public')),
		indexFallback: isOn(args, 'indexFallback', true),
	};
	const lock = await lockDirectory(config.dataDir);
	let backend: Backend | undefined;
	try {
		backend = await createBackend({ ...config, origins });
		const server = createHttpServer(backend, files);
		await listen(server, host, port);
		backend.start();
		announce(server, host);
		setTimeout(trimMemory, 1000).unref();
		stopOnSignal(server, backend, lock);
	} catch (error) {
		await backend?.close();
		await lock.release();
		throw error;
	}
}

async function lockDirectory(dataDir: string): Promise<DataLock> {
	try {
		return await acquireLock(dataDir);
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		if (code === undefined) throw error;
		throw new Error(`The data directory ${dataDir} cannot be written.`, {
			cause: error,
		});
	}
}

function createHttpServer(backend: Backend, files: StaticOptions): Server {
	const options = {
		// PocketBase's limits: a minute for the headers, five for the whole request.
		headersTimeout: 60_000,
		requestTimeout: 300_000,
		keepAliveTimeout: 65_000,
		maxHeaderSize: 65_536,
	};
	return createServer(options, (request, response) => {
		const url = request.url ?? '/';
		const mark = url.indexOf('?');
		const path = mark < 0 ? url : url.slice(0, mark);
		const answer =
			path.startsWith('/api/') || path === '/_' || path.startsWith('/_/')
				? backend.node(request, response, url)
				: serveStatic(files, request, response, path).then((isServed) =>
						isServed ? undefined : backend.node(request, response, url),
					);
		answer.catch((error: unknown) => {
			console.error('A request failed:', error);
			response.destroy();
		});
	});
}

async function listen(server: Server, host: string, port: number): Promise<void> {
	server.listen(port, host);
	try {
		await once(server, 'listening');
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		if (code === 'EADDRINUSE')
			throw new Error(`The address ${host}:${port} is in use by another program.`, {
				cause: error,
			});
		throw new Error(`The address ${host}:${port} cannot be opened.`, { cause: error });
	}
}

function announce(server: Server, host: string): void {
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	const base = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
	console.log(`Server started at ${base}\n└─ REST API: ${base}/api/`);
}

function stopOnSignal(server: Server, backend: Backend, lock: DataLock): void {
	// Neither a request nor a background task may end the process (a stream that breaks is no broken server).
	process.on('unhandledRejection', (error) => console.error('Unhandled rejection:', error));
	process.on('uncaughtException', (error) => console.error('Uncaught exception:', error));
	let isStopping = false;
	const stop = async (): Promise<void> => {
		if (isStopping) return;
		isStopping = true;
		const closed = once(server, 'close');
		server.close();
		server.closeIdleConnections();
		backend.app.realtime.close();
		const force = setTimeout(() => server.closeAllConnections(), graceOnStop);
		await closed;
		clearTimeout(force);
		await backend.close();
		await lock.release();
	};
	for (const signal of ['SIGINT', 'SIGTERM'] as const)
		process.on(signal, () => {
			stop().then(
				() => process.exit(0),
				(error: unknown) => {
					console.error(error);
					process.exit(1);
				},
			);
		});
}
