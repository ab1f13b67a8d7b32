import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { isErrorCode, TinykitError } from '#lib/contracts/index.ts';
import { publicError } from './api/reply.ts';
import { upsertSuperuser } from './members/index.ts';
import type { Runtime } from './runtime.ts';

/** A command of the command line that runs inside the server when there is one (definitions.md 26). */
export const commandSchema = z.discriminatedUnion('name', [
	z.object({ name: z.literal('backup create') }),
	z.object({ name: z.literal('backup list') }),
	z.object({ name: z.literal('backup verify'), key: z.string().max(200) }),
	z.object({
		name: z.literal('superuser upsert'),
		email: z.string().max(255),
		password: z.string().max(200),
	}),
]);
export type Command = z.infer<typeof commandSchema>;

const answerSchema = z.union([
	z.object({ ok: z.literal(true), value: z.unknown() }),
	z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);

/** A socket only this user can open. Long data directory names do not fit into a socket's address. */
export function socketPath(dataDir: string): string {
	const beside = join(dataDir, '.control.sock');
	if (Buffer.byteLength(beside) < 100) return beside;
	const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
	return join(ownDirectory(`tinykit-${String(process.getuid?.() ?? 0)}-${name}`), 'control.sock');
}

/** In a directory that everybody shares, ours must be ours alone: a socket there is told passwords. */
function ownDirectory(name: string): string {
	const path = join(tmpdir(), name);
	mkdirSync(path, { recursive: true, mode: 0o700 });
	const found = lstatSync(path);
	const isOurs = found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid);
	if (isOurs && (found.mode & 0o077) === 0) return path;
	throw new TinykitError('data_dir_unwritable', {
		message: `The directory ${path} belongs to somebody else or is open to others.`,
	});
}

/** Listens for commands until closed. */
export async function listenForCommands(
	dataDir: string,
	runtime: Runtime,
): Promise<{ close(): void }> {
	const path = socketPath(dataDir);
	await rm(path, { force: true });
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			void answer(Buffer.concat(chunks).toString('utf8'), runtime).then((text) =>
				response.end(text),
			);
		});
	});
	const listening = once(server, 'listening');
	// The socket is made inside `listen`; it is nobody else's from its first moment.
	const mask = process.umask(0o177);
	try {
		server.listen(path);
	} finally {
		process.umask(mask);
	}
	await listening;
	return {
		close() {
			server.close();
			// A client that never ends its request must not keep the process alive.
			server.closeAllConnections();
		},
	};
}

async function answer(text: string, runtime: Runtime): Promise<string> {
	try {
		const value = await runCommand(commandSchema.parse(JSON.parse(text)), runtime);
		return JSON.stringify({ ok: true, value: value ?? null });
	} catch (error) {
		const { code, message } = publicError(error);
		if (code === 'internal_error') runtime.log('error', 'command', error);
		return JSON.stringify({ ok: false, code, message });
	}
}

/** The one place where each command is carried out, with or without a server around it. */
export async function runCommand(command: Command, runtime: Runtime): Promise<unknown> {
	switch (command.name) {
		case 'backup create':
			return runtime.backups.create();
		case 'backup list':
			return runtime.backups.list();
		case 'backup verify':
			return runtime.backups.verify(command.key);
		case 'superuser upsert':
			return upsertSuperuser(runtime.backends.builder, command.email, command.password);
	}
}

/** Sends a command to the running server. @throws the server's TinykitError */
export async function sendCommand(dataDir: string, command: Command): Promise<unknown> {
	const text = await new Promise<string>((resolve, reject) => {
		const request = httpRequest(
			{ socketPath: socketPath(dataDir), method: 'POST', path: '/' },
			(response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
				response.on('error', reject);
			},
		);
		request.on('error', reject);
		request.end(JSON.stringify(command));
	});
	const parsed = answerSchema.parse(JSON.parse(text));
	if (parsed.ok) return parsed.value;
	throw new TinykitError(isErrorCode(parsed.code) ? parsed.code : 'internal_error', {
		message: parsed.message,
	});
}
