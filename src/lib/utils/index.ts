export * from './cron.ts';
export * from './format.ts';
export * from './keys.ts';
