import { DecodeError, isObject, readOptions } from '../fields/index.ts';
import type { JsonObject, OptionReader } from '../fields/index.ts';
import type { RateLimitRule, S3Settings, Settings } from './types.ts';

const strings = (options: OptionReader, key: string, base: readonly string[]): readonly string[] =>
	options.has(key) ? (options.stringsOrNull(key) ?? []) : base;

function mergeS3(base: S3Settings, raw: JsonObject): S3Settings {
	const options = readOptions(raw);
	return {
		enabled: options.bool('enabled', base.enabled),
		bucket: options.string('bucket', base.bucket),
		region: options.string('region', base.region),
		endpoint: options.string('endpoint', base.endpoint),
		accessKey: options.string('accessKey', base.accessKey),
		// An empty one is what a form sends that was never shown the secret.
		secret: options.string('secret') || base.secret,
		forcePathStyle: options.bool('forcePathStyle', base.forcePathStyle),
	};
}

/** Rules merge by position, as Go decodes into a list that is there already. */
function mergeRule(base: RateLimitRule | undefined, raw: unknown): RateLimitRule {
	if (!isObject(raw)) throw new DecodeError('a rate limit rule must be an object');
	const options = readOptions(raw);
	const audience = options.string('audience', base?.audience ?? '');
	return {
		label: options.string('label', base?.label ?? ''),
		// Not narrowed here: an unknown audience is for the checks to refuse.
		audience: audience as RateLimitRule['audience'],
		duration: options.int('duration', base?.duration ?? 0),
		maxRequests: options.int('maxRequests', base?.maxRequests ?? 0),
	};
}

/**
 * Settings with what `raw` names replaced, deeply; unknown keys are dropped. Nothing is checked but types.
 * @throws DecodeError for a value of the wrong type.
 */
export function mergeSettings(base: Settings, raw: unknown): Settings {
	if (!isObject(raw)) throw new DecodeError('settings must be an object');
	const options = readOptions(raw);
	const member = (key: string): OptionReader => readOptions(options.object(key));
	const smtp = member('smtp');
	const backups = member('backups');
	const meta = member('meta');
	const limits = member('rateLimits');
	const proxy = member('trustedProxy');
	const batch = member('batch');
	const logs = member('logs');
	return {
		superuserIPs: strings(options, 'superuserIPs', base.superuserIPs),
		smtp: {
			enabled: smtp.bool('enabled', base.smtp.enabled),
			port: smtp.int('port', base.smtp.port),
			host: smtp.string('host', base.smtp.host),
			username: smtp.string('username', base.smtp.username),
			password: smtp.string('password', base.smtp.password),
			authMethod: smtp.string('authMethod', base.smtp.authMethod),
			tls: smtp.bool('tls', base.smtp.tls),
			localName: smtp.string('localName', base.smtp.localName),
		},
		backups: {
			cron: backups.string('cron', base.backups.cron),
			cronMaxKeep: backups.int('cronMaxKeep', base.backups.cronMaxKeep),
			s3: mergeS3(base.backups.s3, backups.object('s3')),
		},
		s3: mergeS3(base.s3, options.object('s3')),
		meta: {
			appName: meta.string('appName', base.meta.appName),
			appURL: meta.string('appURL', base.meta.appURL),
			senderName: meta.string('senderName', base.meta.senderName),
			senderAddress: meta.string('senderAddress', base.meta.senderAddress),
			hideControls: meta.bool('hideControls', base.meta.hideControls),
			accentColor: meta.string('accentColor', base.meta.accentColor),
		},
		rateLimits: {
			enabled: limits.bool('enabled', base.rateLimits.enabled),
			rules: limits.has('rules')
				? (limits.listOrNull('rules') ?? []).map((rule, i) =>
						mergeRule(base.rateLimits.rules[i], rule),
					)
				: base.rateLimits.rules,
			excludedIPs: strings(limits, 'excludedIPs', base.rateLimits.excludedIPs),
		},
		trustedProxy: {
			headers: strings(proxy, 'headers', base.trustedProxy.headers),
			useLeftmostIP: proxy.bool('useLeftmostIP', base.trustedProxy.useLeftmostIP),
		},
		batch: {
			enabled: batch.bool('enabled', base.batch.enabled),
			maxRequests: batch.int('maxRequests', base.batch.maxRequests),
			timeout: batch.int('timeout', base.batch.timeout),
			maxBodySize: batch.int('maxBodySize', base.batch.maxBodySize),
		},
		logs: {
			maxDays: logs.int('maxDays', base.logs.maxDays),
			minLevel: logs.int('minLevel', base.logs.minLevel),
			logIP: logs.bool('logIP', base.logs.logIP),
			logAuthId: logs.bool('logAuthId', base.logs.logAuthId),
		},
	};
}
