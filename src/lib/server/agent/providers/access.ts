import type { BuilderSettings } from '#lib/contracts/index.ts';

/** Which model a run may use. Holds the key: never put into an event, an error or a log. */
export interface ModelConfig {
	readonly provider: BuilderSettings['model']['provider'];
	/** Empty: the provider's own address. */
	readonly baseUrl: string;
	readonly model: string;
	/** How an OpenAI-compatible model is told about tools; the others know only one way. */
	readonly protocol?: BuilderSettings['model']['protocol'];
	/** The key that belongs to `baseUrl`. */
	readonly apiKey: string | undefined;
}

/** The same for a provider that speaks over the network. */
export interface ModelAccess {
	readonly apiKey: string;
	readonly baseUrl: string;
	readonly model: string;
}

export const modelAccess = (config: ModelConfig, ownUrl: string): ModelAccess => ({
	apiKey: config.apiKey ?? '',
	baseUrl: config.baseUrl === '' ? ownUrl : config.baseUrl,
	model: config.model,
});

export type ProviderHealth =
	| {
			readonly ok: true;
			readonly code: 'ok';
			readonly message: string;
			/** Whether the model called a tool when it was asked to; absent when that is known without asking. */
			readonly tools?: boolean;
	  }
	| {
			readonly ok: false;
			readonly code:
				| 'key_missing'
				| 'key_rejected'
				| 'model_unknown'
				| 'provider_unreachable'
				| 'provider_failed';
			/** Public. */
			readonly message: string;
	  };
