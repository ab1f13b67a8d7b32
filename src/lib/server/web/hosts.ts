import { slug as slugSchema, type Slug } from '#lib/contracts/index.ts';

export type Stage = 'live' | 'draft';

/** Who a request is for, decided from its host name before anything else looks at it. */
export type Host =
	| { readonly kind: 'builder' }
	/** 127.0.0.1 or [::1]: the builder's API, but pages belong on `localhost` (definitions.md 10). */
	| { readonly kind: 'loopback' }
	| {
			readonly kind: 'app';
			readonly slug: Slug;
			readonly stage: Stage;
			readonly capability: string | undefined;
	  }
	| { readonly kind: 'unknown' };

export interface HostNames {
	/** Lower case, without port. */
	readonly builder: string;
	readonly appsDomain: string;
}

const loopback = new Set(['127.0.0.1', '[::1]']);
const label = /^(.+?)--draft(?:-([a-z2-7]{16}))?$/;

/**
 * @param header the `Host` header as it came
 * @example resolveHost('guestbook--draft.localhost:3000', { builder: 'localhost', appsDomain: 'localhost' })
 */
export function resolveHost(header: string | undefined, names: HostNames): Host {
	const name = hostName(header);
	if (name === undefined) return { kind: 'unknown' };
	if (name === names.builder) return { kind: 'builder' };
	if (loopback.has(name)) return { kind: 'loopback' };
	const suffix = '.' + names.appsDomain;
	if (!name.endsWith(suffix)) return { kind: 'unknown' };
	const first = name.slice(0, -suffix.length);
	const draft = label.exec(first);
	const slug = slugSchema.safeParse(draft ? draft[1] : first);
	if (!slug.success) return { kind: 'unknown' };
	return { kind: 'app', slug: slug.data, stage: draft ? 'draft' : 'live', capability: draft?.[2] };
}

/** The name of a Host header in lower case, without port; undefined when it is no host name. */
function hostName(header: string | undefined): string | undefined {
	const match = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/.exec((header ?? '').toLowerCase());
	return match?.[1]?.replace(/\.$/, '');
}

/**
 * Origins of one app. A draft reachable from outside carries a capability in its name (definitions.md 11);
 * on this machine alone the plain name is enough.
 */
export function appOrigins(
	slug: string,
	capability: string,
	where: {
		readonly appsDomain: string;
		readonly protocol: string;
		readonly port: string;
		/** Nobody outside this machine reaches it: the plain name is enough. */
		readonly local: boolean;
	},
): { readonly draft: string; readonly live: string } {
	const port = where.port === '' ? '' : ':' + where.port;
	const origin = (first: string): string =>
		`${where.protocol}//${first}.${where.appsDomain}${port}`;
	return {
		draft: origin(where.local ? `${slug}--draft` : `${slug}--draft-${capability}`),
		live: origin(slug),
	};
}

/** Names under `localhost` resolve to this machine in every browser. */
export const isLocal = (domain: string): boolean =>
	domain === 'localhost' || domain.endsWith('.localhost');

/** A bind address that only this machine reaches. */
export const isLoopbackAddress = (address: string): boolean =>
	address === 'localhost' || address === '::1' || /^127(?:\.\d{1,3}){3}$/.test(address);
