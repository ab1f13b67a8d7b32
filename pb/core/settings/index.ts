export { appleClientSecret } from './apple-secret.ts';
export { defaultSettings } from './defaults.ts';
export { decrypt, encrypt } from './encryption.ts';
export { mergeSettings } from './merge.ts';
export { loadSettings, writeSettings } from './store.ts';
export type { RateLimitRule, S3Settings, Settings } from './types.ts';
export { renameRateLimitLabels, updateSettings } from './update.ts';
export { validateSettings } from './validate.ts';
export { settingsToJson, settingsToWire } from './wire.ts';
