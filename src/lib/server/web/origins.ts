import type { Env } from '../env.ts';
import { appOrigins, isLocal, isLoopbackAddress, type HostNames } from './hosts.ts';

/** The public names of this installation, known once the port is. */
export interface Origins {
	/** `http://localhost:3000` or what `TINYKIT_BUILDER_URL` says; no trailing slash. */
	readonly builder: string;
	readonly names: HostNames;
	/** Origins an app's draft and live build have. */
	app(app: { readonly slug: string; readonly capability: string }): {
		readonly draft: string;
		readonly live: string;
	};
	/** Drafts answer to their plain name too: all names and the bind address are this machine's own. */
	readonly plainDrafts: boolean;
	/** CSP source that covers every app host: `http://*.localhost:3000`. */
	readonly anyApp: string;
}

/** @param port the port that is really bound, when `PORT=0` asked for any */
export function createOrigins(
	env: Pick<Env, 'builderUrl' | 'appsDomain' | 'host'>,
	port: number,
): Origins {
	const url = env.builderUrl ?? new URL(`http://localhost:${String(port)}`);
	// Apps are reached through the same proxy, or the same port, as the builder.
	// A Host header can be written by hand: what counts is who can reach the port at all. A builder with a public name
	// is reached through a proxy, which hands on what a stranger wrote.
	const builderName = url.hostname.replace(/^\[|\]$/g, '');
	const isOwn = isLocal(builderName) || isLoopbackAddress(builderName);
	const local = isOwn && isLocal(env.appsDomain) && isLoopbackAddress(env.host);
	const where = { appsDomain: env.appsDomain, protocol: url.protocol, port: url.port, local };
	const suffix = where.port === '' ? '' : ':' + where.port;
	return {
		builder: url.origin,
		names: { builder: url.hostname.toLowerCase(), appsDomain: env.appsDomain },
		plainDrafts: local,
		app: (app) => appOrigins(app.slug, app.capability, where),
		anyApp: `${where.protocol}//*.${where.appsDomain}${suffix}`,
	};
}
