export { createRealtimeHub } from './hub.ts';
export type { HubOptions } from './hub.ts';
export type { RealtimeConnection, RealtimeHub, RecordAction } from './types.ts';
