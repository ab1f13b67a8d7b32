import { TinykitError, type BuilderSettings, type UpdateSettings } from '#lib/contracts/index.ts';
import { ApiError, sql, updateSettings, type Backend } from './backends.ts';
import type { Env } from './env.ts';
import type { SecretBox } from './secrets.ts';
import { readState, writeStateQuery } from './tables.ts';

/** What a run needs to reach a model. `apiKey` stays on the server. */
export interface ModelConfig {
	readonly provider: BuilderSettings['model']['provider'];
	readonly baseUrl: string;
	readonly model: string;
	readonly apiKey: string | undefined;
}

export interface SettingsStore {
	read(): Promise<BuilderSettings>;
	/** @throws TinykitError `cron_invalid` */
	update(patch: UpdateSettings): Promise<BuilderSettings>;
	model(): Promise<ModelConfig>;
}

interface StoredModel {
	readonly provider: BuilderSettings['model']['provider'];
	readonly baseUrl: string;
	readonly model: string;
}

export const defaultModel = 'claude-sonnet-5-5';
export const anthropicUrl = 'https://api.anthropic.com';

/**
 * Model settings of the builder. Order: what was set in the builder, then the environment, then the keyless
 * starter. A key is sealed together with the address it was entered for, so that changing the address can
 * never send it elsewhere (reference: security X3).
 */
export function createSettings(
	builder: Backend,
	box: SecretBox,
	env: Env['model'],
	now: () => Date,
): SettingsStore {
	const { store } = builder.app;

	const storedModel = async (): Promise<StoredModel> => {
		const value = await readState(store, 'model');
		const stored = (
			typeof value === 'object' && value !== null ? value : {}
		) as Partial<StoredModel>;
		return {
			provider: stored.provider ?? (env.apiKey === undefined ? 'starter' : 'anthropic'),
			baseUrl: stored.baseUrl ?? '',
			model: stored.model ?? '',
		};
	};
	const addressOf = (model: StoredModel): string =>
		new URL(model.baseUrl === '' ? (env.baseUrl ?? anthropicUrl) : model.baseUrl).origin;
	const keyOf = async (model: StoredModel): Promise<string | undefined> => {
		const row = await store.get(sql`SELECT origin, sealed FROM _tk_secrets WHERE name = 'model'`);
		const origin = addressOf(model);
		if (row && row['origin'] === origin && row['sealed'] instanceof Uint8Array) {
			return box.open(row['sealed'], secretContext(origin));
		}
		// The operator's key belongs to the operator's address.
		const envOrigin = new URL(env.baseUrl ?? anthropicUrl).origin;
		return row === undefined && origin === envOrigin ? env.apiKey : undefined;
	};

	const model = async (): Promise<ModelConfig> => {
		const stored = await storedModel();
		return {
			provider: stored.provider,
			baseUrl: stored.baseUrl === '' ? (env.baseUrl ?? '') : stored.baseUrl,
			model: stored.model === '' ? (env.name ?? defaultModel) : stored.model,
			apiKey: await keyOf(stored),
		};
	};

	const read = async (): Promise<BuilderSettings> => {
		const stored = await storedModel();
		const key = await keyOf(stored);
		const isKept =
			(await store.get(sql`SELECT 1 AS kept FROM _tk_secrets WHERE name = 'model'`)) !== undefined;
		const { backups } = builder.app.settings;
		return {
			model: {
				provider: stored.provider,
				baseUrl: stored.baseUrl,
				model: stored.model === '' ? (env.name ?? defaultModel) : stored.model,
				apiKeySet: key !== undefined,
				apiKeyLost: key === undefined && isKept,
			},
			backups: { cron: backups.cron, cronMaxKeep: backups.cronMaxKeep },
		};
	};

	return {
		read,
		model,
		async update(patch) {
			if (patch.backups)
				await updateSettings(builder.app, { backups: patch.backups }).catch(cronError);
			if (patch.model) {
				const { apiKey, ...fields } = patch.model;
				const before = await storedModel();
				const next: StoredModel = {
					provider: fields.provider ?? before.provider,
					baseUrl: fields.baseUrl ?? before.baseUrl,
					model: fields.model ?? before.model,
				};
				const origin = addressOf(next);
				await store.write(async (tx) => {
					await tx.run(writeStateQuery('model', next));
					if (apiKey !== undefined && apiKey !== '') {
						await tx.run(sql`INSERT INTO _tk_secrets (name, origin, sealed, updated)
							VALUES ('model', ${origin}, ${box.seal(apiKey, secretContext(origin))}, ${now().toISOString()})
							ON CONFLICT (name) DO UPDATE SET origin = excluded.origin, sealed = excluded.sealed, updated = excluded.updated`);
					} else if (apiKey === '' || origin !== addressOf(before)) {
						await tx.run(sql`DELETE FROM _tk_secrets WHERE name = 'model'`);
					}
				});
			}
			return read();
		},
	};
}

const secretContext = (origin: string): string => `model|${origin}`;

function cronError(cause: unknown): never {
	if (!(cause instanceof ApiError)) throw cause;
	throw new TinykitError('cron_invalid', { cause });
}
