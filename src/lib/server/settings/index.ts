/** What an owner sets: the model, its prices, backups. */
export { priceOf } from './prices.ts';
export { type SettingsStore, type StoredSettings, createSettings } from './settings.ts';
export { testModel } from './test-model.ts';
