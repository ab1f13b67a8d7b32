import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Tinykit {
	/** `http://localhost:<port>` */
	readonly origin: string;
	readonly port: number;
	/** Printed by the first start; empty once setup is done. */
	readonly code: string;
	readonly dir: string;
	/** Everything the process printed. */
	output(): string;
	/** SIGTERM, and waits. @returns the exit code */
	stop(): Promise<number | null>;
	/** SIGKILL, and waits. */
	kill(): Promise<void>;
}

/** A directory for data, workspace, backups and key of one installation. */
export async function makeInstallation(): Promise<{ dir: string; remove: () => Promise<void> }> {
	const dir = await mkdtemp(join(tmpdir(), 'tinykit-e2e-'));
	return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

export const installationEnv = (dir: string): Record<string, string> => ({
	TINYKIT_DATA_DIR: join(dir, 'pb_data'),
	TINYKIT_WORKSPACE_DIR: join(dir, 'workspace'),
	TINYKIT_BACKUP_DIR: join(dir, 'backups'),
	TINYKIT_KEY_FILE: join(dir, 'config', 'key'),
});

/** Starts the product as `npm start` does after its install and build, on any free port or on `port`. */
export async function startTinykit(
	dir: string,
	options: { port?: number; env?: Record<string, string> } = {},
): Promise<Tinykit> {
	const { ANTHROPIC_API_KEY: _key, ANTHROPIC_BASE_URL: _url, ...inherited } = process.env;
	const child = spawn(process.execPath, ['bin/tinykit.mjs', 'start'], {
		env: { ...inherited, ...installationEnv(dir), PORT: String(options.port ?? 0), ...options.env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
	const origin = await waitFor(
		child,
		() => /tinykit: (http:\/\/\S+)\/tinykit/.exec(output)?.[1],
		() => output,
	);
	await new Promise((resolve) => setTimeout(resolve, 50));
	return {
		origin,
		port: Number(new URL(origin).port),
		code: /setup code: (\S+)/.exec(output)?.[1] ?? '',
		dir,
		output: () => output,
		async stop() {
			if (child.exitCode !== null) return child.exitCode;
			const exit = once(child, 'exit');
			child.kill('SIGTERM');
			const [status] = (await exit) as [number | null];
			return status;
		},
		async kill() {
			const exit = once(child, 'exit');
			child.kill('SIGKILL');
			await exit;
		},
	};
}

async function waitFor(
	child: ChildProcess,
	look: () => string | undefined,
	output: () => string,
): Promise<string> {
	for (let i = 0; i < 1200; i++) {
		const found = look();
		if (found !== undefined) return found;
		if (child.exitCode !== null) break;
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
	child.kill('SIGKILL');
	throw new Error(`tinykit did not start:\n${output()}`);
}
