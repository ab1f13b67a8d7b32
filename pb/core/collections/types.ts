import type { Field } from '../fields/index.ts';

/** A rule: `null` = superusers only, `''` = everyone, else an expression of the filter language. */
export type Rule = string | null;

interface CollectionCommon {
	readonly id: string;
	readonly name: string;
	readonly system: boolean;
	readonly fields: readonly Field[];
	/** `CREATE INDEX` statements in PocketBase's normalised form. */
	readonly indexes: readonly string[];
	readonly listRule: Rule;
	readonly viewRule: Rule;
	readonly createRule: Rule;
	readonly updateRule: Rule;
	readonly deleteRule: Rule;
	readonly created: string;
	readonly updated: string;
}

export interface BaseCollection extends CollectionCommon {
	readonly type: 'base';
}
export interface ViewCollection extends CollectionCommon {
	readonly type: 'view';
	readonly viewQuery: string;
}
export interface AuthCollection extends CollectionCommon {
	readonly type: 'auth';
	readonly auth: AuthOptions;
}
export type Collection = BaseCollection | ViewCollection | AuthCollection;

export interface TokenOptions {
	/** Signing secret, 30-255 characters; never leaves the server. */
	readonly secret: string;
	/** Seconds. */
	readonly duration: number;
}
export interface MailTemplate {
	readonly subject: string;
	readonly body: string;
}
export interface OAuth2Provider {
	readonly name: string;
	readonly clientId: string;
	readonly clientSecret: string;
	readonly authURL: string;
	readonly tokenURL: string;
	readonly userInfoURL: string;
	readonly displayName: string;
	readonly pkce: boolean | null;
	readonly extra: Readonly<Record<string, unknown>> | null;
}

/** Type options of auth collections (core/collection_model_auth_options.go); flattened on the wire. */
export interface AuthOptions {
	readonly authRule: Rule;
	readonly manageRule: Rule;
	readonly authAlert: { readonly enabled: boolean; readonly emailTemplate: MailTemplate };
	readonly oauth2: {
		readonly enabled: boolean;
		readonly providers: readonly OAuth2Provider[];
		readonly mappedFields: {
			readonly id: string;
			readonly name: string;
			readonly username: string;
			readonly avatarURL: string;
		};
	};
	readonly passwordAuth: { readonly enabled: boolean; readonly identityFields: readonly string[] };
	readonly mfa: { readonly enabled: boolean; readonly duration: number; readonly rule: string };
	readonly otp: {
		readonly enabled: boolean;
		readonly duration: number;
		readonly length: number;
		readonly emailTemplate: MailTemplate;
	};
	readonly authToken: TokenOptions;
	readonly passwordResetToken: TokenOptions;
	readonly emailChangeToken: TokenOptions;
	readonly verificationToken: TokenOptions;
	readonly fileToken: TokenOptions;
	readonly verificationTemplate: MailTemplate;
	readonly resetPasswordTemplate: MailTemplate;
	readonly confirmEmailChangeTemplate: MailTemplate;
}

/** All collections in memory, replaced as a whole after each committed schema change. */
export interface Catalog {
	/** Grows with each change: a key for whatever is compiled from the schema. */
	readonly version: number;
	all(): readonly Collection[];
	/** By id or, case-insensitively, by name. */
	find(idOrName: string): Collection | undefined;
}
