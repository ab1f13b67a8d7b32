import type { Env } from '#lib/server/env.ts';
import { startServer } from '../server.ts';
import { log } from './log.ts';

/** Milliseconds. One Ctrl-C arrives several times: from the terminal, from npm and from `bin`. */
const samePress = 500;

/** Serves until SIGTERM or SIGINT; a second signal ends it at once. */
export async function start(env: Env): Promise<number> {
	// One request, stream or file must never take everybody else down with it.
	process.on('uncaughtException', (error) => log('error', 'uncaught', error));
	process.on('unhandledRejection', (error) => log('error', 'unhandled', error));
	const showCode = (code: string): void => console.log(`setup code: ${code}`);
	const server = await startServer(env, log, showCode);
	console.log(`tinykit: ${server.url}`);
	if (server.setupCode !== undefined) showCode(server.setupCode);
	await new Promise<void>((resolve) => {
		let first: number | undefined;
		const stop = (): void => {
			first ??= performance.now();
			if (performance.now() - first > samePress) process.exit(1);
			resolve();
		};
		process.on('SIGTERM', stop);
		process.on('SIGINT', stop);
	});
	await server.close();
	return 0;
}
