import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { TinykitError } from '#lib/contracts/index.ts';

/** What an operator sets from outside, checked once at start. Paths are absolute. */
export interface Env {
	readonly port: number;
	/** Bind address. */
	readonly host: string;
	readonly dataDir: string;
	readonly workspaceDir: string;
	readonly backupDir: string;
	/** Public origin of the builder, e.g. `https://builder.example.com`; undefined = `http://localhost:<port>`. */
	readonly builderUrl: URL | undefined;
	/** Apps answer at `<slug>.<appsDomain>`. */
	readonly appsDomain: string;
	readonly durability: 'full' | 'normal';
	/** 32 bytes. */
	readonly secretKey: Buffer | undefined;
	readonly keyFile: string;
	/** A browser for checks without a studio. */
	readonly chromium: {
		/** Absolute path, or `off`; undefined: looked for on `searchPath`. */
		readonly path: string | undefined;
		readonly searchPath: string;
		/** Off: chromium may run as root, without its sandbox. */
		readonly sandbox: boolean;
	};
	readonly model: {
		readonly name: string | undefined;
		readonly anthropic: ProviderEnv;
		readonly openai: ProviderEnv;
	};
}

/** Key and address from outside, under the names the providers' own SDKs use. */
export interface ProviderEnv {
	readonly apiKey: string | undefined;
	readonly baseUrl: string | undefined;
}

const hostName =
	/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const optional = z
	.string()
	.optional()
	.transform((value) => (value === undefined || value.trim() === '' ? undefined : value.trim()));

const schema = z.object({
	PORT: optional.pipe(
		z
			.string()
			.default('3000')
			.refine((value) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535)
			.transform(Number),
	),
	TINYKIT_HOST: optional.pipe(z.string().max(255).default('127.0.0.1')),
	TINYKIT_DATA_DIR: optional.pipe(z.string().default('./pb_data')),
	TINYKIT_WORKSPACE_DIR: optional.pipe(z.string().default('./workspace')),
	TINYKIT_BACKUP_DIR: optional.pipe(z.string().default('./backups')),
	TINYKIT_BUILDER_URL: optional.pipe(z.url({ protocol: /^https?$/ }).optional()),
	TINYKIT_APPS_DOMAIN: optional.pipe(z.string().max(200).regex(hostName).default('localhost')),
	TINYKIT_DURABILITY: optional.pipe(z.enum(['full', 'normal']).default('full')),
	TINYKIT_SECRET_KEY: optional.pipe(
		z
			.string()
			.refine((value) => Buffer.from(value, 'base64').length === 32)
			.optional(),
	),
	TINYKIT_KEY_FILE: optional,
	TINYKIT_CHROMIUM: optional,
	TINYKIT_CHROMIUM_SANDBOX: optional.pipe(z.enum(['on', 'off']).default('on')),
	PATH: optional,
	TINYKIT_MODEL: optional.pipe(z.string().max(200).optional()),
	ANTHROPIC_API_KEY: optional.pipe(z.string().max(1000).optional()),
	ANTHROPIC_BASE_URL: optional.pipe(z.url({ protocol: /^https?$/ }).optional()),
	OPENAI_API_KEY: optional.pipe(z.string().max(1000).optional()),
	OPENAI_BASE_URL: optional.pipe(z.url({ protocol: /^https?$/ }).optional()),
	XDG_CONFIG_HOME: optional,
	HOME: optional,
});

const expected: Readonly<Record<string, string>> = {
	PORT: 'a port number from 0 to 65535',
	TINYKIT_BUILDER_URL: 'an http(s) URL such as https://builder.example.com',
	TINYKIT_APPS_DOMAIN: 'a host name such as apps.example.com',
	TINYKIT_CHROMIUM_SANDBOX: 'on or off',
	TINYKIT_DURABILITY: 'full or normal',
	TINYKIT_SECRET_KEY: '32 bytes in base64',
	ANTHROPIC_BASE_URL: 'an http(s) URL',
	OPENAI_BASE_URL: 'an http(s) URL',
};

/**
 * Reads the settings of a process.
 * @param values the environment, `.env` merged in
 * @param cwd relative paths start here
 * @throws TinykitError `env_invalid` naming the variable and what it must be, never its value
 */
export function parseEnv(values: Readonly<Record<string, string | undefined>>, cwd: string): Env {
	const parsed = schema.safeParse(values);
	if (!parsed.success) {
		const name = String(parsed.error.issues[0]?.path[0] ?? 'environment');
		throw new TinykitError('env_invalid', {
			message: `${name} must be ${expected[name] ?? 'set to something valid'}.`,
		});
	}
	const env = parsed.data;
	const path = (value: string): string => (isAbsolute(value) ? value : resolve(cwd, value));
	const config = env.XDG_CONFIG_HOME ?? resolve(env.HOME ?? cwd, '.config');
	return {
		port: env.PORT,
		host: env.TINYKIT_HOST,
		dataDir: path(env.TINYKIT_DATA_DIR),
		workspaceDir: path(env.TINYKIT_WORKSPACE_DIR),
		backupDir: path(env.TINYKIT_BACKUP_DIR),
		builderUrl:
			env.TINYKIT_BUILDER_URL === undefined ? undefined : new URL(env.TINYKIT_BUILDER_URL),
		appsDomain: env.TINYKIT_APPS_DOMAIN.toLowerCase(),
		durability: env.TINYKIT_DURABILITY,
		secretKey:
			env.TINYKIT_SECRET_KEY === undefined
				? undefined
				: Buffer.from(env.TINYKIT_SECRET_KEY, 'base64'),
		keyFile: path(env.TINYKIT_KEY_FILE ?? resolve(config, 'tinykit/key')),
		chromium: {
			path:
				env.TINYKIT_CHROMIUM === undefined || env.TINYKIT_CHROMIUM === 'off'
					? env.TINYKIT_CHROMIUM
					: path(env.TINYKIT_CHROMIUM),
			searchPath: env.PATH ?? '',
			sandbox: env.TINYKIT_CHROMIUM_SANDBOX === 'on',
		},
		model: {
			name: env.TINYKIT_MODEL,
			anthropic: { apiKey: env.ANTHROPIC_API_KEY, baseUrl: env.ANTHROPIC_BASE_URL },
			openai: { apiKey: env.OPENAI_API_KEY, baseUrl: env.OPENAI_BASE_URL },
		},
	};
}
