import {
	priceList,
	TinykitError,
	type BuilderSettings,
	type ModelPriceRow,
	type UpdateSettings,
} from '#lib/contracts/index.ts';
import { ApiError, sql, updateSettings, type Backend } from '../backends.ts';
import type { Env, ProviderEnv } from '../env.ts';
import { listPrices } from './prices.ts';
import type { SecretBox } from '../secrets/index.ts';
import { readState, writeStateQuery } from '../tables/index.ts';

/** What a run needs to reach a model. `apiKey` stays on the server. */
export interface ModelConfig {
	readonly provider: BuilderSettings['model']['provider'];
	readonly baseUrl: string;
	readonly model: string;
	readonly protocol: BuilderSettings['model']['protocol'];
	readonly apiKey: string | undefined;
}

/** What is said of agents comes from the kill switch and the budgets. */
export type StoredSettings = Omit<BuilderSettings, 'agent'>;

export interface SettingsStore {
	read(): Promise<StoredSettings>;
	/** @throws TinykitError `cron_invalid` */
	update(patch: UpdateSettings): Promise<StoredSettings>;
	/** @param patch as if it had been saved: to try a key before it is kept */
	model(patch?: UpdateSettings['model']): Promise<ModelConfig>;
	prices(): Promise<readonly ModelPriceRow[]>;
}

type StoredModel = Pick<BuilderSettings['model'], 'provider' | 'baseUrl' | 'model' | 'protocol'>;

const defaultModel: Readonly<Record<StoredModel['provider'], string>> = {
	anthropic: 'claude-sonnet-5-5',
	openai: '',
	starter: '',
};
const ownUrl: Readonly<Record<StoredModel['provider'], string>> = {
	anthropic: 'https://api.anthropic.com',
	openai: 'https://api.openai.com',
	starter: 'https://starter.invalid',
};
const noEnv: ProviderEnv = { apiKey: undefined, baseUrl: undefined };

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
			provider: stored.provider ?? providerOfEnv(env),
			baseUrl: stored.baseUrl ?? '',
			model: stored.model ?? '',
			protocol: stored.protocol ?? 'tools',
		};
	};
	const envOf = ({ provider }: StoredModel): ProviderEnv =>
		provider === 'starter' ? noEnv : env[provider];
	const envOrigin = (model: StoredModel): string =>
		new URL(envOf(model).baseUrl ?? ownUrl[model.provider]).origin;
	const addressOf = (model: StoredModel): string =>
		model.baseUrl === '' ? envOrigin(model) : new URL(model.baseUrl).origin;
	const nameOf = (model: StoredModel): string =>
		model.model === '' ? (env.name ?? defaultModel[model.provider]) : model.model;
	const keyOf = async (model: StoredModel): Promise<string | undefined> => {
		const row = await store.get(sql`SELECT origin, sealed FROM _tk_secrets WHERE name = 'model'`);
		const origin = addressOf(model);
		if (row && row['origin'] === origin && row['sealed'] instanceof Uint8Array) {
			return box.open(row['sealed'], secretContext(origin));
		}
		// The operator's key belongs to the operator's address.
		return row === undefined && origin === envOrigin(model) ? envOf(model).apiKey : undefined;
	};
	const patched = (before: StoredModel, patch: UpdateSettings['model'] = {}): StoredModel => ({
		provider: patch.provider ?? before.provider,
		baseUrl: patch.baseUrl ?? before.baseUrl,
		model: patch.model ?? before.model,
		protocol: patch.protocol ?? before.protocol,
	});

	const model = async (patch?: UpdateSettings['model']): Promise<ModelConfig> => {
		const next = patched(await storedModel(), patch);
		const newKey = patch?.apiKey === '' ? undefined : patch?.apiKey;
		return {
			provider: next.provider,
			baseUrl: next.baseUrl === '' ? (envOf(next).baseUrl ?? '') : next.baseUrl,
			model: nameOf(next),
			protocol: next.protocol,
			apiKey: newKey ?? (await keyOf(next)),
		};
	};

	const prices = async (): Promise<readonly ModelPriceRow[]> => {
		const stored = priceList.safeParse(await readState(store, 'prices'));
		return stored.success ? stored.data : listPrices;
	};

	const read = async (): Promise<StoredSettings> => {
		const stored = await storedModel();
		const key = await keyOf(stored);
		const isKept =
			(await store.get(sql`SELECT 1 AS kept FROM _tk_secrets WHERE name = 'model'`)) !== undefined;
		const { backups } = builder.app.settings;
		return {
			model: {
				...stored,
				model: nameOf(stored),
				apiKeySet: key !== undefined,
				apiKeyLost: key === undefined && isKept,
			},
			prices: [...(await prices())],
			backups: { cron: backups.cron, cronMaxKeep: backups.cronMaxKeep },
		};
	};

	return {
		read,
		model,
		prices,
		async update(patch) {
			if (patch.backups)
				await updateSettings(builder.app, { backups: patch.backups }).catch(cronError);
			const newPrices = patch.prices;
			if (newPrices) await store.write((tx) => tx.run(writeStateQuery('prices', newPrices)));
			if (patch.model) {
				const { apiKey } = patch.model;
				const before = await storedModel();
				const next = patched(before, patch.model);
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

function providerOfEnv(env: Env['model']): StoredModel['provider'] {
	if (env.anthropic.apiKey !== undefined) return 'anthropic';
	return env.openai.apiKey === undefined && env.openai.baseUrl === undefined ? 'starter' : 'openai';
}

const secretContext = (origin: string): string => `model|${origin}`;

function cronError(cause: unknown): never {
	if (!(cause instanceof ApiError)) throw cause;
	throw new TinykitError('cron_invalid', { cause });
}
