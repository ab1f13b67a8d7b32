export * from './approvals.ts';
export * from './apps.ts';
export * from './builder.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './preview.ts';
export * from './runs.ts';
export * from './settings.ts';
