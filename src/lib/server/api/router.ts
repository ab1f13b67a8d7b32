import { TinykitError, type Me } from '#lib/contracts/index.ts';
import type { Runtime } from '../runtime.ts';
import { errorReply, publicError } from './reply.ts';

/** Who may call: nobody is let in without a row in the table below, and only `open` needs no token. */
export type Access = 'open' | 'viewer' | 'editor' | 'owner';

export interface Call {
	readonly request: Request;
	readonly url: URL;
	/** `:name` parts of the path, and `*` for the rest of it, all as they came. */
	readonly params: Readonly<Record<string, string>>;
	readonly runtime: Runtime;
	/** The caller. Not set on `open` routes. */
	readonly member: Me | undefined;
}

export interface Route {
	readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Below `/tinykit/api`, e.g. `/apps/:slug/files/*`. */
	readonly path: string;
	readonly access: Access;
	readonly handle: (call: Call) => Promise<Response> | Response;
}

const rank: Readonly<Record<Exclude<Access, 'open'>, number>> = { viewer: 0, editor: 1, owner: 2 };

/**
 * Serves `/tinykit/api/…`: finds the route, checks the member, turns errors into the envelope. Never throws.
 * An agent's token is no member token, so no route here can be called with it (definitions.md 18).
 */
export function createApi(
	routes: readonly Route[],
	runtime: Runtime,
): (request: Request, path: string) => Promise<Response> {
	const table = routes.map((route) => ({ route, parts: route.path.split('/').slice(1) }));
	return async (request, path) => {
		try {
			const method = request.method === 'HEAD' ? 'GET' : request.method;
			const segments = path.split('/').slice(1);
			const matches = table.flatMap(({ route, parts }) => {
				const params = match(parts, segments);
				return params ? [{ route, params }] : [];
			});
			const found = matches.find(({ route }) => route.method === method);
			const access = found?.route.access ?? 'viewer';
			const member = access === 'open' ? undefined : await authorise(request, access, runtime);
			// Asked after the caller is known: strangers do not learn which routes there are.
			if (!found) throw new TinykitError('not_available');
			const url = new URL(request.url);
			return await found.route.handle({
				request,
				url,
				params: found.params,
				runtime,
				member,
			});
		} catch (error) {
			const shown = publicError(error);
			if (shown.code === 'internal_error')
				runtime.log('error', `${request.method} ${path}`, shown.cause);
			return errorReply(shown);
		}
	};
}

async function authorise(
	request: Request,
	needed: Exclude<Access, 'open'>,
	runtime: Runtime,
): Promise<Me> {
	const member = await runtime.members.authenticate(
		request.headers.get('authorization') ?? undefined,
	);
	if (rank[member.role] < rank[needed]) throw new TinykitError('role_too_low');
	return member;
}

function match(
	parts: readonly string[],
	segments: readonly string[],
): Record<string, string> | undefined {
	const params: Record<string, string> = {};
	for (const [i, part] of parts.entries()) {
		const segment = segments[i];
		if (part === '*') {
			params['*'] = segments.slice(i).join('/');
			return segments.length > i ? params : undefined;
		}
		if (segment === undefined || segment === '') return undefined;
		if (part.startsWith(':')) params[part.slice(1)] = segment;
		else if (part !== segment) return undefined;
	}
	return parts.length === segments.length ? params : undefined;
}

/** The caller of a route that is not `open`. */
export function memberOf(call: Call): Me {
	if (!call.member) throw new TinykitError('not_authenticated');
	return call.member;
}

/** A part of the path that the route's pattern names. */
export function param(call: Call, name: string): string {
	const value = call.params[name];
	if (value === undefined) throw new TinykitError('not_found');
	return value;
}
