import { resolve } from 'node:path';
import type { BackendConfig } from '../index.ts';
import { UsageError, type Args } from './args.ts';

/** What the global flags say about the data directory. @throws UsageError */
export function backendConfig(args: Args): BackendConfig {
	const durability = args.text('durability') ?? 'full';
	if (durability !== 'full' && durability !== 'normal')
		throw new UsageError('The flag --durability is full or normal.');
	const seconds = Number(args.text('queryTimeout') ?? 30);
	if (!Number.isInteger(seconds) || seconds < 1)
		throw new UsageError('The flag --queryTimeout is a number of seconds.');
	const encryptionKey = readKey(args.text('encryptionEnv'));
	return {
		dataDir: resolve(args.text('dir') ?? 'pb_data'),
		durability,
		queryTimeoutMs: seconds * 1000,
		...(encryptionKey !== undefined && { encryptionKey }),
	};
}

/** The key itself stands in the environment; the flag only names the variable. */
function readKey(variable: string | undefined): string | undefined {
	if (variable === undefined || variable === '') return undefined;
	const key = process.env[variable] ?? '';
	if (key === '') return undefined;
	if (Buffer.byteLength(key) !== 32)
		throw new UsageError(`The encryption key in ${variable} must have 32 characters.`);
	return key;
}

/** Host and port of `--http`; without a host the loopback address. @throws UsageError */
export function parseAddress(text: string): { readonly host: string; readonly port: number } {
	const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
	const port = Number(match?.[3]);
	if (!match || port > 65_535) throw new UsageError('The flag --http is HOST:PORT.');
	const host = match[1] ?? match[2] ?? '';
	return { host: host === '' ? '127.0.0.1' : host, port };
}
