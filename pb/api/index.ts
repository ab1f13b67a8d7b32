export { encodeJson } from './json.ts';
export { errorReply, json, noContent, ok, redirect, toApiError } from './respond.ts';
export { createRouter } from './router.ts';
export type {
	ApiContext,
	ApiReply,
	ApiRequest,
	Handler,
	ParsedBody,
	Route,
	RouteAccess,
} from './types.ts';
