import { okInOrder } from '../respond.ts';
import type { ApiContext, ApiReply } from '../types.ts';
import { authCollection } from './find.ts';

/** `GET …/auth-methods`: how one may sign in; the last three keys are for old clients. */
export function authMethods(context: ApiContext): ApiReply {
	const { passwordAuth, otp, mfa } = authCollection(context).auth;
	const fields = passwordAuth.enabled ? passwordAuth.identityFields : [];
	return okInOrder(context, {
		password: { identityFields: fields, enabled: passwordAuth.enabled },
		// Providers are not supported yet; offering them would lead people into a refusal.
		oauth2: { providers: [], enabled: false },
		mfa: { enabled: mfa.enabled, duration: mfa.enabled ? mfa.duration : 0 },
		otp: { enabled: otp.enabled, duration: otp.enabled ? otp.duration : 0 },
		authProviders: null,
		usernamePassword: fields.includes('username'),
		emailPassword: fields.includes('email'),
	});
}
