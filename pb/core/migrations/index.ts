export { bootstrap, BootstrapError } from './bootstrap.ts';
export type { BootstrapDeps } from './bootstrap.ts';
