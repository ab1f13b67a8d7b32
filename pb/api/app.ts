import { Readable } from 'node:stream';
import type { Authenticate } from '../core/auth/index.ts';
import { exchanged, notFound, type ApiError, type AuthRecord, type Core } from '../core/index.ts';
import { tooLarge } from './body/index.ts';
import { cleanPath } from './clean-path.ts';
import { RequestContext, rateRequest } from './context.ts';
import { checkAccess } from './middleware/access.ts';
import type { Cors } from './middleware/cors.ts';
import { realIp } from './middleware/ip.ts';
import type { RateLimiter } from './middleware/rate-limit.ts';
import { logRequest } from './middleware/request-log.ts';
import { checkSuperuserIp } from './middleware/superuser-ip.ts';
import { bearerToken } from './middleware/token.ts';
import { errorReply, noContent, toApiError } from './respond.ts';
import type { Match, Router } from './router.ts';
import type { ApiReply, ApiRequest, FetchOptions } from './types.ts';

export interface AppOptions {
	readonly core: Core;
	readonly router: Router;
	readonly authenticate: Authenticate;
	readonly cors: Cors;
	readonly limiter: RateLimiter;
}

/** Answers one request. Never throws. */
export type Serve = (request: ApiRequest, options?: FetchOptions) => Promise<ApiReply>;

const defaultBodyLimit = 32 << 20;

const securityHeaders = {
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'SAMEORIGIN',
	'x-xss-protection': '1; mode=block',
} as const;

/**
 * The middleware around every route, in PocketBase's order: CORS, request log, recovery, auth token, superuser
 * addresses, security headers, rate limit, body limit, access (apis/middlewares.go).
 */
export function createApp(options: AppOptions): Serve {
	const { core, cors } = options;
	return async (request, fetchOptions = {}) => {
		const path = cleanPath(request.rawPath);
		if (path !== undefined) return movedTo(path, request);
		const corsHeaders = cors(request);
		if (request.method === 'OPTIONS') return { ...noContent(), headers: corsHeaders };
		const started = performance.now();
		while (core.exchanges.running) await core.exchanges.running;
		const state: State = {
			exchanges: core.exchanges.begun,
			auth: undefined,
			realIp: realIp(request, core.settings.trustedProxy),
			match: undefined,
		};
		let error: ApiError | undefined;
		let reply: ApiReply;
		try {
			reply = await run(options, request, fetchOptions, state);
			if (reply.body !== undefined && core.exchanges.begun !== state.exchanges) {
				if (reply.body instanceof Readable) reply.body.destroy();
				throw exchanged();
			}
		} catch (thrown) {
			error = toApiError(thrown);
			reply = errorReply(error);
		}
		if (error || state.match?.route.quiet !== true) {
			const execTime = performance.now() - started;
			logRequest({ core, request, status: reply.status, error, execTime, ...state });
		}
		return { ...reply, headers: { ...securityHeaders, ...corsHeaders, ...reply.headers } };
	};
}

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&#34;',
	"'": '&#39;',
};

/** As Go's mux answers; the link is for people without a client that follows. */
function movedTo(path: string, { method, rawQuery }: ApiRequest): ApiReply {
	const location = rawQuery === '' ? path : `${path}?${rawQuery}`;
	if (method !== 'GET' && method !== 'HEAD')
		return { status: 307, headers: { location }, body: undefined };
	const href = location.replace(/[&<>"']/g, (character) => entities[character] ?? '');
	return {
		status: 307,
		headers: { location, 'content-type': 'text/html; charset=utf-8' },
		body: `<a href="${href}">Temporary Redirect</a>.\n\n`,
	};
}

/** What the log wants to know also of a request that failed on the way. */
interface State {
	/** How many exchanges of the files had begun before it. */
	readonly exchanges: number;
	auth: AuthRecord | undefined;
	readonly realIp: string;
	match: Match | undefined;
}

async function run(
	options: AppOptions,
	request: ApiRequest,
	fetchOptions: FetchOptions,
	state: State,
): Promise<ApiReply> {
	const { core, limiter } = options;
	const who = signedIn(options, request, fetchOptions);
	state.auth = who instanceof Promise ? await who : who;
	const { auth, realIp: ip } = state;
	if (auth?.isSuperuser && fetchOptions.as === undefined) checkSuperuserIp(core, ip);
	const match = options.router.match(request.method, request.rawPath);
	state.match = match;
	const actions = match?.route.rateActions;
	if (core.settings.rateLimits.enabled && actions === undefined)
		limiter.checkPath(rateRequest(core, request, auth, ip));
	if (!match) throw notFound();
	const { route, params } = match;
	if (actions?.length) limitAction(options, request, state, actions, params['collection']);
	const bodyLimit =
		typeof route.bodyLimit === 'function'
			? route.bodyLimit(core, params)
			: (route.bodyLimit ?? defaultBodyLimit);
	if (bodyLimit > 0 && Number(request.header('content-length')) > bodyLimit) throw tooLarge();
	checkAccess(route.access ?? 'any', auth, params['collection'], core.catalog);
	if (core.exchanges.begun !== state.exchanges) throw exchanged();
	const context = new RequestContext({
		core,
		request,
		params,
		exchanges: state.exchanges,
		auth,
		realIp: ip,
		limiter,
		bodyLimit,
	});
	try {
		return await route.handler(context);
	} finally {
		if (context.hasParsed) await context.dispose();
	}
}

function limitAction(
	{ core, limiter }: AppOptions,
	request: ApiRequest,
	{ auth, realIp: ip }: State,
	actions: readonly string[],
	name: string | undefined,
): void {
	const collection = core.catalog.find(name ?? '');
	if (!collection) throw notFound('Missing or invalid collection context.');
	if (!core.settings.rateLimits.enabled) return;
	limiter.checkCollection(rateRequest(core, request, auth, ip), collection, actions);
}

/** An invalid or expired token makes a guest, not an error, as in PocketBase. */
function signedIn(
	{ core, authenticate }: AppOptions,
	request: ApiRequest,
	{ as }: FetchOptions,
): ReturnType<Authenticate> {
	if (as === undefined) {
		const token = bearerToken(request);
		return token === '' ? undefined : authenticate(token);
	}
	return as === 'superuser' ? hostSuperuser(core) : as;
}

/** The host's own superuser: no stored record, and no token is ever made for it. */
function hostSuperuser(core: Core): AuthRecord | undefined {
	const collection = core.catalog.find('_superusers');
	return collection && { collection, data: { id: '', email: '' }, isSuperuser: true };
}
