import type { Random } from '../core.ts';
import { goJson, isObject, JsonText, readOptions } from '../fields/index.ts';
import { DecodeError } from '../fields/index.ts';
import type { JsonObject, OptionReader } from '../fields/index.ts';
import {
	authAlertTemplate,
	confirmEmailChangeTemplate,
	otpTemplate,
	resetPasswordTemplate,
	verificationTemplate,
} from './auth-templates.ts';
import type { AuthOptions, MailTemplate, OAuth2Provider, TokenOptions } from './types.ts';

const blankTemplate: MailTemplate = { subject: '', body: '' };
const blankToken: TokenOptions = { secret: '', duration: 0 };

/** All zero values: what a stored row is read onto. */
export const blankAuthOptions: AuthOptions = {
	authRule: null,
	manageRule: null,
	authAlert: { enabled: false, emailTemplate: blankTemplate },
	oauth2: {
		enabled: false,
		providers: [],
		mappedFields: { id: '', name: '', username: '', avatarURL: '' },
	},
	passwordAuth: { enabled: false, identityFields: [] },
	mfa: { enabled: false, duration: 0, rule: '' },
	otp: { enabled: false, duration: 0, length: 0, emailTemplate: blankTemplate },
	authToken: blankToken,
	passwordResetToken: blankToken,
	emailChangeToken: blankToken,
	verificationToken: blankToken,
	fileToken: blankToken,
	verificationTemplate: blankTemplate,
	resetPasswordTemplate: blankTemplate,
	confirmEmailChangeTemplate: blankTemplate,
};

export const newSecret = (random: Random): string => random.text(50);

/** What a new auth collection starts with; durations in seconds. */
export function defaultAuthOptions(random: Random): AuthOptions {
	const token = (duration: number): TokenOptions => ({ secret: newSecret(random), duration });
	return {
		...blankAuthOptions,
		authRule: '',
		authAlert: { enabled: true, emailTemplate: authAlertTemplate },
		passwordAuth: { enabled: true, identityFields: ['email'] },
		mfa: { enabled: false, duration: 600, rule: '' },
		otp: { enabled: false, duration: 180, length: 8, emailTemplate: otpTemplate },
		authToken: token(432_000),
		passwordResetToken: token(1800),
		emailChangeToken: token(1800),
		verificationToken: token(86_400),
		fileToken: token(180),
		verificationTemplate,
		resetPasswordTemplate,
		confirmEmailChangeTemplate,
	};
}

const mergeTemplate = (base: MailTemplate, raw: JsonObject): MailTemplate => {
	const options = readOptions(raw);
	return {
		subject: options.string('subject', base.subject),
		body: options.string('body', base.body),
	};
};
const mergeToken = (base: TokenOptions, raw: JsonObject): TokenOptions => {
	const options = readOptions(raw);
	return {
		secret: options.string('secret', base.secret),
		duration: options.int('duration', base.duration),
	};
};

/**
 * Options with what `raw` names replaced, deeply: an omitted secret stays.
 * @throws DecodeError for a value of the wrong type.
 */
export function mergeAuthOptions(base: AuthOptions, raw: JsonObject): AuthOptions {
	const options = readOptions(raw);
	const member = (key: string): OptionReader => readOptions(options.object(key));
	const alert = member('authAlert');
	const password = member('passwordAuth');
	const mfa = member('mfa');
	const otp = member('otp');
	return {
		authRule: options.stringOrNull('authRule', base.authRule),
		manageRule: options.stringOrNull('manageRule', base.manageRule),
		authAlert: {
			enabled: alert.bool('enabled', base.authAlert.enabled),
			emailTemplate: mergeTemplate(base.authAlert.emailTemplate, alert.object('emailTemplate')),
		},
		oauth2: mergeOAuth2(base.oauth2, member('oauth2')),
		passwordAuth: {
			enabled: password.bool('enabled', base.passwordAuth.enabled),
			identityFields: password.has('identityFields')
				? (password.stringsOrNull('identityFields') ?? [])
				: base.passwordAuth.identityFields,
		},
		mfa: {
			enabled: mfa.bool('enabled', base.mfa.enabled),
			duration: mfa.int('duration', base.mfa.duration),
			rule: mfa.string('rule', base.mfa.rule),
		},
		otp: {
			enabled: otp.bool('enabled', base.otp.enabled),
			duration: otp.int('duration', base.otp.duration),
			length: otp.int('length', base.otp.length),
			emailTemplate: mergeTemplate(base.otp.emailTemplate, otp.object('emailTemplate')),
		},
		authToken: mergeToken(base.authToken, options.object('authToken')),
		passwordResetToken: mergeToken(base.passwordResetToken, options.object('passwordResetToken')),
		emailChangeToken: mergeToken(base.emailChangeToken, options.object('emailChangeToken')),
		verificationToken: mergeToken(base.verificationToken, options.object('verificationToken')),
		fileToken: mergeToken(base.fileToken, options.object('fileToken')),
		verificationTemplate: mergeTemplate(
			base.verificationTemplate,
			options.object('verificationTemplate'),
		),
		resetPasswordTemplate: mergeTemplate(
			base.resetPasswordTemplate,
			options.object('resetPasswordTemplate'),
		),
		confirmEmailChangeTemplate: mergeTemplate(
			base.confirmEmailChangeTemplate,
			options.object('confirmEmailChangeTemplate'),
		),
	};
}

function mergeOAuth2(base: AuthOptions['oauth2'], oauth2: OptionReader): AuthOptions['oauth2'] {
	const mapped = readOptions(oauth2.object('mappedFields'));
	const { id, name, username, avatarURL } = base.mappedFields;
	return {
		enabled: oauth2.bool('enabled', base.enabled),
		providers: oauth2.has('providers')
			? (oauth2.listOrNull('providers') ?? []).map((raw, i) =>
					mergeProvider(base.providers, raw, i),
				)
			: base.providers,
		mappedFields: {
			id: mapped.string('id', id),
			name: mapped.string('name', name),
			username: mapped.string('username', username),
			avatarURL: mapped.string('avatarURL', avatarURL),
		},
	};
}

const blankProvider: OAuth2Provider = {
	pkce: null,
	name: '',
	clientId: '',
	clientSecret: '',
	authURL: '',
	tokenURL: '',
	userInfoURL: '',
	displayName: '',
	extra: null,
};

/**
 * A submitted provider comes without its secret, because answers hide it; it is merged with the one of the same
 * name. (PocketBase merges by position, which hands a secret to another provider when the list is reordered.)
 */
function mergeProvider(
	existing: readonly OAuth2Provider[],
	raw: unknown,
	index: number,
): OAuth2Provider {
	if (!isObject(raw)) throw new DecodeError('a provider must be an object');
	const options = readOptions(raw);
	const name = options.string('name');
	const base =
		(name === '' ? existing[index] : existing.find((provider) => provider.name === name)) ??
		blankProvider;
	const extra = raw['extra'] === undefined ? undefined : options.object('extra');
	return {
		pkce: options.boolOrNull('pkce', base.pkce),
		name: options.string('name', base.name),
		clientId: options.string('clientId', base.clientId),
		clientSecret: options.string('clientSecret', base.clientSecret),
		authURL: options.string('authURL', base.authURL),
		tokenURL: options.string('tokenURL', base.tokenURL),
		userInfoURL: options.string('userInfoURL', base.userInfoURL),
		displayName: options.string('displayName', base.displayName),
		extra:
			extra === undefined ? base.extra : raw['extra'] === null ? null : { ...base.extra, ...extra },
	};
}

/** The options as a struct in PocketBase's order of members. */
function structure(auth: AuthOptions, withSecrets: boolean): Readonly<Record<string, unknown>> {
	// `omitempty` in PocketBase: an empty secret has no key.
	const secret = (key: string, value: string) =>
		withSecrets && value !== '' ? { [key]: value } : {};
	const token = ({ secret: text, duration }: TokenOptions) => ({
		...secret('secret', text),
		duration,
	});
	const template = ({ subject, body }: MailTemplate) => ({ subject, body });
	const { id, name, username, avatarURL } = auth.oauth2.mappedFields;
	const providers = auth.oauth2.providers.map((provider) => ({
		pkce: provider.pkce,
		name: provider.name,
		clientId: provider.clientId,
		...secret('clientSecret', provider.clientSecret),
		authURL: provider.authURL,
		tokenURL: provider.tokenURL,
		userInfoURL: provider.userInfoURL,
		displayName: provider.displayName,
		extra: provider.extra === null ? null : new JsonText(goJson(provider.extra)),
	}));
	return {
		authRule: auth.authRule,
		manageRule: auth.manageRule,
		authAlert: {
			enabled: auth.authAlert.enabled,
			emailTemplate: template(auth.authAlert.emailTemplate),
		},
		oauth2: {
			// A list that was never set is null in the file, and an empty list in answers.
			providers: withSecrets && providers.length === 0 ? null : providers,
			mappedFields: { id, name, username, avatarURL },
			enabled: auth.oauth2.enabled,
		},
		passwordAuth: {
			enabled: auth.passwordAuth.enabled,
			identityFields: auth.passwordAuth.identityFields,
		},
		mfa: { enabled: auth.mfa.enabled, duration: auth.mfa.duration, rule: auth.mfa.rule },
		otp: {
			enabled: auth.otp.enabled,
			duration: auth.otp.duration,
			length: auth.otp.length,
			emailTemplate: template(auth.otp.emailTemplate),
		},
		authToken: token(auth.authToken),
		passwordResetToken: token(auth.passwordResetToken),
		emailChangeToken: token(auth.emailChangeToken),
		verificationToken: token(auth.verificationToken),
		fileToken: token(auth.fileToken),
		verificationTemplate: template(auth.verificationTemplate),
		resetPasswordTemplate: template(auth.resetPasswordTemplate),
		confirmEmailChangeTemplate: template(auth.confirmEmailChangeTemplate),
	};
}

/** `_collections.options`, secrets included. */
export const authOptionsToJson = (auth: AuthOptions): string =>
	goJson(structure(auth, true), 'given');
/** Members of a collection's answer; no secret in it. */
export const authOptionsToWire = (auth: AuthOptions): Readonly<Record<string, unknown>> =>
	structure(auth, false);
