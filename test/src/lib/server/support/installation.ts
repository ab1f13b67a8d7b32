import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { upsertSuperuser } from '../../../../../src/lib/server/members/accounts.ts';
import { saveRecord, updateSettings } from '../../../../../src/lib/server/backends.ts';
import { createRuntime } from '../../../../../src/lib/server/create-runtime.ts';
import { parseEnv, type Env } from '../../../../../src/lib/server/env.ts';
import { createHostRouter } from '../../../../../src/lib/server/web/host-router.ts';
import { addMemberQuery } from '../../../../../src/lib/server/members/members.ts';
import { createOrigins } from '../../../../../src/lib/server/web/origins.ts';
import type { Runtime } from '../../../../../src/lib/server/runtime.ts';

export const password = 'a long enough password';

export interface Reply {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly text: string;
}

export interface Asked {
	readonly method?: string;
	readonly host?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Buffer;
}

/** The real runtime behind a real HTTP server, in a directory of its own. Only the pages are stand-ins. */
export interface Installation {
	readonly runtime: Runtime;
	readonly server: Server;
	readonly port: number;
	readonly dir: string;
	/** What the server told its log: level and message. */
	readonly logged: readonly string[];
	ask(path: string, asked?: Asked): Promise<Reply>;
	/** Makes an account of the builder; with a role, a member. @returns its token */
	account(email: string, role?: 'owner' | 'editor' | 'viewer'): Promise<string>;
	superuser(): Promise<string>;
	/** @param keep leaves the directory, to be opened again */
	close(keep?: boolean): Promise<void>;
}

/** Everything below one directory. */
export const envOf = (root: string, settings: Readonly<Record<string, string>>): Env =>
	parseEnv(
		{
			TINYKIT_DATA_DIR: join(root, 'data'),
			TINYKIT_WORKSPACE_DIR: join(root, 'workspace'),
			TINYKIT_BACKUP_DIR: join(root, 'backups'),
			TINYKIT_KEY_FILE: join(root, 'config/key'),
			TINYKIT_DURABILITY: 'normal',
			...settings,
		},
		root,
	);

export async function openInstallation(
	settings: Readonly<Record<string, string>> = {},
	dir?: string,
): Promise<Installation> {
	const root = dir ?? (await mkdtemp(join(tmpdir(), 'tinykit-server-')));
	const env = envOf(root, settings);
	const server = createServer((incoming, response) => serve(incoming, response));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const logged: string[] = [];
	const runtime = await createRuntime({
		env,
		origins: createOrigins(env, port),
		now: () => new Date(),
		log: (level, message) => void logged.push(`${level} ${message}`),
		showCode: () => undefined,
	});
	// Many log in here at once, from one address.
	await updateSettings(runtime.backends.builder.app, { rateLimits: { enabled: false } });
	const serve = createHostRouter(runtime, (_, response) => void response.end('page'));

	const ask = (path: string, asked: Asked = {}): Promise<Reply> =>
		new Promise((resolve, reject) => {
			const outgoing = request(
				{
					host: '127.0.0.1',
					port,
					path,
					method: asked.method ?? 'GET',
					headers: { host: `${asked.host ?? 'localhost'}:${String(port)}`, ...asked.headers },
				},
				(incoming) => {
					const chunks: Buffer[] = [];
					incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
					incoming.on('error', reject);
					incoming.on('end', () =>
						resolve({
							status: incoming.statusCode ?? 0,
							headers: incoming.headers,
							text: Buffer.concat(chunks).toString('utf8'),
						}),
					);
				},
			);
			outgoing.on('error', reject);
			outgoing.end(asked.body);
		});
	const logIn = async (collection: string, identity: string): Promise<string> => {
		const reply = await ask(`/_pb/api/collections/${collection}/auth-with-password`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ identity, password }),
		});
		if (reply.status !== 200) throw new Error(`login: ${reply.text}`);
		return (JSON.parse(reply.text) as { token: string }).token;
	};

	return {
		runtime,
		server,
		port,
		dir: root,
		logged,
		ask,
		async account(email, role) {
			const { app } = runtime.backends.builder;
			const collection = app.catalog.find('users');
			if (!collection) throw new Error('no users');
			await app.store.write(async (tx) => {
				const user = await saveRecord(app, tx, { collection, values: { email, password } });
				if (role) await tx.run(addMemberQuery(String(user.data['id']), role, new Date()));
			});
			return logIn('users', email);
		},
		async superuser() {
			await upsertSuperuser(runtime.backends.builder, 'root@example.com', password);
			return logIn('_superusers', 'root@example.com');
		},
		async close(keep = false) {
			await runtime.close();
			server.closeAllConnections();
			server.close();
			if (!keep) await rm(root, { recursive: true, force: true });
		},
	};
}
