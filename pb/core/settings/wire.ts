import { goJson } from '../fields/index.ts';
import type { S3Settings, Settings } from './types.ts';

/** Members in PocketBase's order, which is the order in the file and on the wire. */
function structure(settings: Settings, withSecrets: boolean): Readonly<Record<string, unknown>> {
	const { smtp, backups, meta, rateLimits, trustedProxy, batch, logs } = settings;
	const s3 = (options: S3Settings) => ({
		enabled: options.enabled,
		bucket: options.bucket,
		region: options.region,
		endpoint: options.endpoint,
		accessKey: options.accessKey,
		...(withSecrets && options.secret !== '' ? { secret: options.secret } : {}),
		forcePathStyle: options.forcePathStyle,
	});
	return {
		superuserIPs: settings.superuserIPs,
		smtp: {
			enabled: smtp.enabled,
			port: smtp.port,
			host: smtp.host,
			username: smtp.username,
			...(withSecrets ? { password: smtp.password } : {}),
			authMethod: smtp.authMethod,
			tls: smtp.tls,
			localName: smtp.localName,
		},
		backups: { cron: backups.cron, cronMaxKeep: backups.cronMaxKeep, s3: s3(backups.s3) },
		s3: s3(settings.s3),
		meta: {
			accentColor: meta.accentColor,
			appName: meta.appName,
			appURL: meta.appURL,
			senderName: meta.senderName,
			senderAddress: meta.senderAddress,
			hideControls: meta.hideControls,
		},
		rateLimits: {
			rules: rateLimits.rules.map(({ label, audience, duration, maxRequests }) => ({
				label,
				audience,
				duration,
				maxRequests,
			})),
			excludedIPs: rateLimits.excludedIPs,
			enabled: rateLimits.enabled,
		},
		trustedProxy: { headers: trustedProxy.headers, useLeftmostIP: trustedProxy.useLeftmostIP },
		batch: {
			enabled: batch.enabled,
			maxRequests: batch.maxRequests,
			timeout: batch.timeout,
			maxBodySize: batch.maxBodySize,
		},
		logs: {
			maxDays: logs.maxDays,
			minLevel: logs.minLevel,
			logIP: logs.logIP,
			logAuthId: logs.logAuthId,
		},
	};
}

/** Settings as answers show them: no password, no secret. */
export const settingsToWire = (settings: Settings): Readonly<Record<string, unknown>> =>
	structure(settings, false);

/** Settings as `_params` holds them, secrets included. */
export const settingsToJson = (settings: Settings): string =>
	goJson(structure(settings, true), 'given');
