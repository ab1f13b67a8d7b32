/** Which host gets what: the builder's pages, API and backend, or an app. */
export type { Pages } from './builder-host.ts';
export { createHostRouter } from './host-router.ts';
export type { Stage } from './hosts.ts';
export { sendText } from './http.ts';
export { type Origins, createOrigins } from './origins.ts';
