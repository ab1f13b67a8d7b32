export * from './cron.ts';
export * from './format.ts';
export * from './keys.ts';
export * from './line-diff.ts';
