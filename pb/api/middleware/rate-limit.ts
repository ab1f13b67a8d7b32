import { ApiError, type AuthRecord, type Collection, type Settings } from '../../core/index.ts';
import { isInList } from './ip.ts';

type Rule = Settings['rateLimits']['rules'][number];

export interface RateRequest {
	readonly settings: Settings;
	readonly method: string;
	readonly path: string;
	readonly auth: AuthRecord | undefined;
	readonly ip: string;
	/** Milliseconds since 1970. */
	readonly now: number;
}

/** Counts requests in fixed windows per rule and address (apis/middlewares_rate_limit.go). One per backend. */
export interface RateLimiter {
	/** Rules for paths. @throws ApiError 429 */
	checkPath(request: RateRequest): void;
	/** Rules for actions of a collection, then those for paths. @throws ApiError 429 */
	checkCollection(request: RateRequest, collection: Collection, actions: readonly string[]): void;
}

interface Window {
	/** Milliseconds since 1970 at which the window ends. */
	until: number;
	count: number;
}

/** Addresses are forgotten at the latest when there are this many. */
const maxWindows = 100_000;

export function createRateLimiter(): RateLimiter {
	let counted: Settings['rateLimits'] | undefined;
	const windows = new Map<string, Window>();
	const consume = (id: string, rule: Rule, request: RateRequest): void => {
		if (request.ip === '') return;
		// New settings start new windows, as PocketBase drops its limiters then.
		if (counted !== request.settings.rateLimits) {
			counted = request.settings.rateLimits;
			windows.clear();
		}
		const key = id + '\n' + request.ip;
		const window = windows.get(key);
		if (!window || window.until <= request.now) {
			if (windows.size >= maxWindows) prune(windows, request.now);
			windows.set(key, { until: request.now + rule.duration * 1000, count: 1 });
			if (rule.maxRequests < 1) throw new ApiError(429, '');
			return;
		}
		window.count += 1;
		if (window.count > rule.maxRequests) throw new ApiError(429, '');
	};
	return {
		checkPath(request) {
			if (isExempt(request)) return;
			const rule = findRule(request, pathLabels(request));
			if (rule) consume(rule.label + rule.audience, rule, request);
		},
		checkCollection(request, collection, actions) {
			if (isExempt(request)) return;
			const labels = [
				...actions.map((action) => `${collection.name}:${action}`),
				...actions.map((action) => `*:${action}`),
				...pathLabels(request),
			];
			const rule = findRule(request, labels);
			if (rule) consume([collection.id, ...actions, rule.audience].join(' '), rule, request);
		},
	};
}

/** Ended windows go; if too few have ended, all: forgetting counts is better than running out of memory. */
function prune(windows: Map<string, Window>, now: number): void {
	for (const [key, window] of windows) if (window.until <= now) windows.delete(key);
	if (windows.size >= maxWindows) windows.clear();
}

const isExempt = ({ settings, auth, ip }: RateRequest): boolean =>
	!settings.rateLimits.enabled ||
	auth?.isSuperuser === true ||
	isInList(settings.rateLimits.excludedIPs, ip);

const pathLabels = ({ method, path }: RateRequest): string[] => [`${method} ${path}`, path];

/** The first label that has a rule for this audience wins; a label that ends in `/` is a prefix. */
function findRule(request: RateRequest, labels: readonly string[]): Rule | undefined {
	const audience = request.auth ? '@auth' : '@guest';
	const rules = request.settings.rateLimits.rules.filter(
		(rule) => rule.audience === '' || rule.audience === audience,
	);
	let prefix: Rule | undefined;
	for (const label of labels) {
		for (const rule of rules) {
			if (rule.label === label) return rule;
			if (!prefix && rule.label.endsWith('/') && (label + '/').startsWith(rule.label))
				prefix = rule;
		}
		if (prefix) return prefix;
	}
	return prefix;
}
