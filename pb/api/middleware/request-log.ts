import type { ApiError, AuthRecord, Core } from '../../core/index.ts';
import type { ApiRequest } from '../types.ts';
import { plainIp } from './ip.ts';

export interface LoggedRequest {
	readonly core: Core;
	readonly request: ApiRequest;
	readonly status: number;
	readonly auth: AuthRecord | undefined;
	readonly realIp: string;
	/** Milliseconds. */
	readonly execTime: number;
	readonly error: ApiError | undefined;
}

const cut = (text: string, max: number): string =>
	text.length > max ? text.slice(0, max) + '...' : text;

/** A token in a query (file downloads) would live on in the log, in backups and on whoever's screen. */
const redact = (query: string): string =>
	query.replace(/(^|[&?])([^=&]*(?:token|secret|password|code)[^=&]*)=[^&]*/gi, '$1$2=…');

/** Writes a row of the request log, with PocketBase's keys (apis/middlewares.go logRequest). */
export function logRequest(entry: LoggedRequest): void {
	const { core, request, error } = entry;
	const { logs } = core.settings;
	if (logs.maxDays === 0) return;
	if (logs.minLevel > (error ? 8 : 0)) return;
	const query = request.rawQuery === '' ? '' : '?' + redact(request.rawQuery);
	const url = cut(request.rawPath + query, 3000);
	const method = cut(request.method.toUpperCase(), 50);
	const data: Record<string, unknown> = {
		type: 'request',
		execTime: entry.execTime,
		url,
		method,
		status: entry.status,
		referer: cut(request.header('referer') ?? '', 2000),
		userAgent: cut(request.header('user-agent') ?? '', 2000),
		auth: entry.auth?.collection.name ?? '',
	};
	if (logs.logAuthId && entry.auth) data['authId'] = entry.auth.data['id'];
	if (logs.logIP) {
		data['userIP'] = entry.realIp;
		data['remoteIP'] = plainIp(request.remoteAddress);
	}
	if (error) {
		data['error'] = error.message;
		data['details'] =
			describe(error.cause) ?? (Object.keys(error.data).length > 0 ? error.data : null);
	}
	core.log.write(error ? 8 : 0, `${method} ${unescape(url)}`, data);
}

const describe = (cause: unknown): string | undefined =>
	cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : undefined;

function unescape(url: string): string {
	try {
		return decodeURIComponent(url);
	} catch {
		return url;
	}
}
