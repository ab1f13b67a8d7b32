import { spawn } from 'node:child_process';

export interface Outcome {
	readonly name: string;
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
	readonly note?: string;
}

/** Runs one command; prints what it said when it failed, one line when it passed. */
export async function command(
	name: string,
	argv: readonly string[],
	env: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
	const [file = '', ...args] = argv;
	const started = Date.now();
	const child = spawn(file, args, {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, ...env },
	});
	const output: Buffer[] = [];
	child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
	child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
	const code = await new Promise<number>((resolve) => {
		child.on('error', () => resolve(127));
		child.on('close', (status) => resolve(status ?? 1));
	});
	const seconds = ((Date.now() - started) / 1000).toFixed(1);
	console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} ${seconds} s`);
	if (code !== 0) console.log(Buffer.concat(output).toString().trimEnd());
	return { name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

export function total(outcomes: readonly Outcome[]): Omit<Outcome, 'name'> {
	const sum = (key: 'passed' | 'failed' | 'skipped'): number =>
		outcomes.reduce((n, outcome) => n + outcome[key], 0);
	return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}
