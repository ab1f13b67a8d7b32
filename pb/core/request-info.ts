import type { AuthRecord } from './records/record.ts';

export type RequestContext =
	'default' | 'expand' | 'realtime' | 'protectedFile' | 'batch' | 'oauth2' | 'otp' | 'password';

/** What rules may know about a request: `@request.*` (core/event_request.go RequestInfo). */
export interface RequestInfo {
	readonly context: RequestContext;
	readonly method: string;
	/** Names lower-cased, `-` as `_`. */
	readonly headers: Readonly<Record<string, string>>;
	readonly query: Readonly<Record<string, string>>;
	readonly body: Readonly<Record<string, unknown>>;
	readonly auth: AuthRecord | undefined;
}
