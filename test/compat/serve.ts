import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const cli = join(import.meta.dirname, '../../pb/cli.ts');

export interface RunningCli {
	readonly url: string;
	readonly dataDir: string;
	readonly child: ChildProcess;
	/** SIGTERM; resolves with the exit code. */
	stop(): Promise<number | null>;
}

/** Runs a command of the CLI to its end. */
export async function runCli(
	...args: string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
	const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
	let out = '';
	let err = '';
	child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, out, err };
}

/** A new directory for a data directory, removed by `remove`. */
export async function tempDir(): Promise<{ readonly path: string; remove(): Promise<void> }> {
	const path = await mkdtemp(join(tmpdir(), 'cli-'));
	return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Starts `serve` on a free port and waits until it says where. */
export async function serveCli(dataDir: string, ...flags: string[]): Promise<RunningCli> {
	const args = [cli, 'serve', '--http', '127.0.0.1:0', '--dir', dataDir, ...flags];
	const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	const url = await new Promise<string>((resolve, reject) => {
		child.once('exit', (code) => reject(new Error(`serve ended with ${String(code)}`)));
		createInterface({ input: child.stdout }).on('line', (line) => {
			const found = /^Server started at (\S+)/.exec(line)?.[1];
			if (found) resolve(found);
		});
	});
	return {
		url,
		dataDir,
		child,
		async stop() {
			if (child.exitCode !== null) return child.exitCode;
			const exited = once(child, 'exit');
			child.kill('SIGTERM');
			return ((await exited) as [number | null])[0];
		},
	};
}
