export {
	ApiFailure,
	asFailure,
	failureOf,
	isTransient,
	problemOf,
	type FailureCode,
} from './api-failure.ts';
export type { Message } from './agent-calls.ts';
export { createApi, hashOfEtag, type Api, type ApiOptions } from './api.ts';
export { backOff, followRun, sleep, type FollowOptions } from './follow-run.ts';
export { createSseParser, readSse, type SseMessage } from './sse.ts';
