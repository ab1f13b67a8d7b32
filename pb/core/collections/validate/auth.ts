import {
	collectIssues,
	eachIssue,
	isUrl,
	issue,
	lengthIssue,
	rangeIssue,
	requiredIssue,
} from '../../fields/index.ts';
import type { FieldIssue, FieldIssues } from '../../fields/index.ts';
import { findUniqueIndex } from '../indexes.ts';
import { providerNames } from '../providers.ts';
import type {
	AuthCollection,
	AuthOptions,
	Collection,
	MailTemplate,
	OAuth2Provider,
	TokenOptions,
} from '../types.ts';
import type { Examination } from './examination.ts';
import { checkRuleText, systemRuleIssue } from './rules.ts';

const required = (value: string | number): FieldIssue | undefined =>
	value === '' || value === 0 ? requiredIssue() : undefined;

/** Options of an auth collection (core/collection_model_auth_options.go). */
export async function checkAuthOptions(examination: Examination): Promise<FieldIssues | undefined> {
	const { collection, original } = examination;
	if (collection.type !== 'auth') return undefined;
	const { auth } = collection;
	const before = original?.type === 'auth' ? original.auth : undefined;
	const rule = (name: 'authRule' | 'manageRule'): FieldIssue | undefined =>
		checkRuleText(examination, auth[name]) ?? systemRuleIssue(original, auth[name], before?.[name]);
	const found = collectIssues({
		authRule: rule('authRule'),
		manageRule:
			auth.manageRule === ''
				? issue('validation_nil_or_not_empty_required', 'cannot be blank')
				: rule('manageRule'),
		authAlert: collectIssues({ emailTemplate: templateIssues(auth.authAlert.emailTemplate) }),
		passwordAuth:
			auth.passwordAuth.enabled && auth.passwordAuth.identityFields.every((name) => name === '')
				? { identityFields: requiredIssue() }
				: undefined,
		oauth2: auth.oauth2.enabled ? await providerIssues(auth.oauth2.providers) : undefined,
		otp: otpIssues(auth.otp),
		mfa: auth.mfa.enabled
			? collectIssues({ duration: sessionDuration(auth.mfa.duration) })
			: undefined,
		authToken: tokenIssues(auth.authToken),
		passwordResetToken: tokenIssues(auth.passwordResetToken),
		emailChangeToken: tokenIssues(auth.emailChangeToken),
		verificationToken: tokenIssues(auth.verificationToken),
		fileToken: tokenIssues(auth.fileToken),
		verificationTemplate: templateIssues(auth.verificationTemplate),
		resetPasswordTemplate: templateIssues(auth.resetPasswordTemplate),
		confirmEmailChangeTemplate: templateIssues(auth.confirmEmailChangeTemplate),
	});
	return found ?? mfaIssues(examination, auth, original) ?? identityIssues(collection);
}

const templateIssues = ({ subject, body }: MailTemplate): FieldIssues | undefined =>
	collectIssues({ subject: required(subject), body: required(body) });

/** Seconds; three years at most. */
const tokenIssues = ({ secret, duration }: TokenOptions): FieldIssues | undefined =>
	collectIssues({
		secret: required(secret) ?? lengthIssue(secret, 30, 255),
		duration: required(duration) ?? rangeIssue(duration, 10, 94_670_856),
	});

const sessionDuration = (seconds: number): FieldIssue | undefined =>
	required(seconds) ?? rangeIssue(seconds, 10, 86_400);

const otpIssues = (otp: AuthOptions['otp']): FieldIssues | undefined =>
	collectIssues({
		duration: otp.enabled ? sessionDuration(otp.duration) : undefined,
		length: otp.enabled ? (required(otp.length) ?? rangeIssue(otp.length, 4)) : undefined,
		emailTemplate: templateIssues(otp.emailTemplate),
	});

async function providerIssues(
	providers: readonly OAuth2Provider[],
): Promise<FieldIssues | undefined> {
	const seen = new Set<string>();
	for (const [i, { name }] of providers.entries()) {
		if (name !== '' && seen.has(name)) {
			const found = issue(
				'validation_duplicated_provider',
				'The provider {name} is already registered.',
				{ name },
			);
			return { providers: { [i]: { name: found } } };
		}
		seen.add(name);
	}
	const found = await Promise.all(providers.map(providerIssue));
	return collectIssues({ providers: eachIssue(found, (entry) => entry) });
}

async function providerIssue(provider: OAuth2Provider): Promise<FieldIssues | undefined> {
	const url = async (value: string): Promise<FieldIssue | undefined> =>
		value === '' || (await isUrl(value))
			? undefined
			: issue('validation_is_url', 'must be a valid URL');
	const { name } = provider;
	return collectIssues({
		name:
			required(name) ??
			(providerNames.has(name)
				? undefined
				: issue('validation_missing_provider', 'Invalid or missing provider with name {name}.', {
						name,
					})),
		clientId: required(provider.clientId),
		clientSecret: required(provider.clientSecret),
		authURL: await url(provider.authURL),
		tokenURL: await url(provider.tokenURL),
		userInfoURL: await url(provider.userInfoURL),
	});
}

function mfaIssues(
	examination: Examination,
	{ mfa, passwordAuth, oauth2, otp }: AuthOptions,
	original: Collection | undefined,
): FieldIssues | undefined {
	if (!mfa.enabled) return undefined;
	if ([passwordAuth, oauth2, otp].filter((method) => method.enabled).length < 2)
		return {
			mfa: {
				enabled: issue(
					'validation_mfa_not_enough_auths',
					'MFA requires at least 2 auth methods to be enabled.',
				),
			},
		};
	const before = original?.type === 'auth' ? original.auth.mfa.rule : '';
	const rule =
		checkRuleText(examination, mfa.rule) ??
		(mfa.rule === '' ? undefined : systemRuleIssue(original, mfa.rule, before));
	return rule === undefined ? undefined : { mfa: { rule } };
}

/** Signing in by a field that is not unique could open someone else's account. */
function identityIssues({ auth, fields, indexes }: AuthCollection): FieldIssues | undefined {
	if (!auth.passwordAuth.enabled) return undefined;
	for (const fieldName of auth.passwordAuth.identityFields) {
		const isKnown = fields.some((field) => field.name === fieldName);
		if (isKnown && findUniqueIndex(indexes, fieldName) !== undefined) continue;
		const identityFields = isKnown
			? issue(
					'validation_missing_unique_constraint',
					"The field {fieldName} doesn't have a UNIQUE constraint.",
					{ fieldName },
				)
			: issue('validation_missing_field', 'Invalid or missing field {fieldName}', { fieldName });
		return { passwordAuth: { identityFields } };
	}
	return undefined;
}
