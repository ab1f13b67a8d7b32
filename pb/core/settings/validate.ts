import { CronError, parseSchedule } from '../../lib/index.ts';
import {
	collectIssues,
	eachIssue,
	inIssue,
	isEmail,
	isHexColor,
	isHost,
	isIpOrSubnet,
	issue,
	isUrl,
	lengthIssue,
	matchIssue,
	rangeIssue,
	requiredIssue,
} from '../fields/index.ts';
import type { FieldIssue, FieldIssues } from '../fields/index.ts';
import type { RateLimitRule, S3Settings, Settings } from './types.ts';

const required = (value: string | number, isRequired = true): FieldIssue | undefined =>
	isRequired && (value === '' || value === 0) ? requiredIssue() : undefined;

const urlIssue = async (value: string): Promise<FieldIssue | undefined> =>
	value === '' || (await isUrl(value))
		? undefined
		: issue('validation_is_url', 'must be a valid URL');
const hostIssue = (value: string): FieldIssue | undefined =>
	value === '' || isHost(value)
		? undefined
		: issue('validation_is_host', 'must be a valid IP address or DNS name');
const addressIssue = (value: string): FieldIssue | undefined =>
	required(value) ??
	// The code is spelled like this in PocketBase.
	(isIpOrSubnet(value)
		? undefined
		: issue('validation_invlaid_ip_or_subnet', 'invalid IP or CIDR subnet'));

/** What is wrong with the settings, by member, nested (core/settings_model.go). */
export async function validateSettings(settings: Settings): Promise<FieldIssues | undefined> {
	const { smtp, backups, rateLimits, batch, logs } = settings;
	return collectIssues({
		superuserIPs: eachIssue(settings.superuserIPs, addressIssue),
		meta: await metaIssues(settings.meta),
		logs: collectIssues({ maxDays: rangeIssue(logs.maxDays, 0) }),
		smtp: collectIssues({
			host: required(smtp.host, smtp.enabled) ?? hostIssue(smtp.host),
			port: required(smtp.port, smtp.enabled) ?? rangeIssue(smtp.port, 0),
			authMethod: ['', 'LOGIN', 'PLAIN'].includes(smtp.authMethod) ? undefined : inIssue(),
			localName: hostIssue(smtp.localName),
		}),
		s3: await s3Issues(settings.s3),
		backups: collectIssues({
			s3: await s3Issues(backups.s3),
			cron: cronIssue(backups.cron),
			cronMaxKeep:
				required(backups.cronMaxKeep, backups.cron !== '') ?? rangeIssue(backups.cronMaxKeep, 1),
		}),
		batch: collectIssues({
			maxRequests: required(batch.maxRequests, batch.enabled) ?? rangeIssue(batch.maxRequests, 0),
			timeout: required(batch.timeout, batch.enabled) ?? rangeIssue(batch.timeout, 0),
			maxBodySize: rangeIssue(batch.maxBodySize, 0),
		}),
		rateLimits: collectIssues({
			rules:
				(rateLimits.enabled && rateLimits.rules.length === 0 ? requiredIssue() : undefined) ??
				conflictingRules(rateLimits.rules) ??
				eachIssue(rateLimits.rules, ruleIssues),
			excludedIPs: eachIssue(rateLimits.excludedIPs, addressIssue),
		}),
	});
}

const metaIssues = async (meta: Settings['meta']): Promise<FieldIssues | undefined> =>
	collectIssues({
		accentColor:
			lengthIssue(meta.accentColor, 7, 7) ??
			(meta.accentColor === '' || isHexColor(meta.accentColor)
				? undefined
				: issue('validation_is_hex_color', 'must be a valid hexadecimal color code')),
		appName: required(meta.appName) ?? lengthIssue(meta.appName, 1, 255),
		appURL: required(meta.appURL) ?? (await urlIssue(meta.appURL)),
		senderName: required(meta.senderName) ?? lengthIssue(meta.senderName, 1, 255),
		senderAddress:
			required(meta.senderAddress) ??
			(isEmail(meta.senderAddress)
				? undefined
				: issue('validation_is_email', 'must be a valid email address')),
	});

const s3Issues = async (s3: S3Settings): Promise<FieldIssues | undefined> =>
	collectIssues({
		endpoint: (await urlIssue(s3.endpoint)) ?? required(s3.endpoint, s3.enabled),
		bucket: required(s3.bucket, s3.enabled),
		region: required(s3.region, s3.enabled),
		accessKey: required(s3.accessKey, s3.enabled),
		secret: required(s3.secret, s3.enabled),
	});

function cronIssue(expression: string): FieldIssue | undefined {
	if (expression === '') return undefined;
	try {
		parseSchedule(expression);
		return undefined;
	} catch (error) {
		if (error instanceof CronError) return issue('validation_invalid_cron', error.message);
		throw error;
	}
}

/** Two rules of which one would always answer for the other. */
function conflictingRules(rules: readonly RateLimitRule[]): FieldIssues | undefined {
	const seen: string[] = [];
	for (const [i, { label, audience }] of rules.entries()) {
		const key = `${label}@@${audience}`;
		if (seen.some((other) => other.startsWith(key) || key.startsWith(other)))
			return {
				[i]: {
					label: issue(
						'validation_conflicting_rate_limit_rule',
						'Rate limit rule configuration with label {label} already exists or conflicts with another rule.',
						{ label },
					),
				},
			};
		seen.push(key);
	}
	return undefined;
}

const labelPattern = /^(?:\w+ \/[\w/-]*|\/[\w/-]*|\w+:\w+|\*:\w+|\w+)$/;

const ruleIssues = ({
	label,
	audience,
	duration,
	maxRequests,
}: RateLimitRule): FieldIssues | undefined =>
	collectIssues({
		label: required(label) ?? (labelPattern.test(label) ? undefined : matchIssue()),
		maxRequests: required(maxRequests) ?? rangeIssue(maxRequests, 1),
		duration: required(duration) ?? rangeIssue(duration, 1),
		audience: ['', '@guest', '@auth'].includes(audience) ? undefined : inIssue(),
	});
