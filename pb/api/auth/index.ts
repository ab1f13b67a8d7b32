import { forbidden } from '../../core/index.ts';
import type { ApiContext, ApiReply, Handler, Route, RouteAccess } from '../types.ts';
import { confirmEmailChange, requestEmailChange } from './email-change.ts';
import { authCollection } from './find.ts';
import { authMethods } from './methods.ts';
import { oauth2RedirectRoutes } from './oauth2-redirect.ts';
import { authWithOtp, requestOtp } from './otp.ts';
import { confirmPasswordReset, requestPasswordReset } from './password-reset.ts';
import { authWithPassword } from './password.ts';
import { authRefresh, impersonate } from './refresh.ts';
import { confirmVerification, requestVerification } from './verification.ts';

const post = (
	path: string,
	handler: Handler,
	rateActions: readonly string[],
	access: RouteAccess = 'any',
): Route => ({
	method: 'POST',
	pattern: `/api/collections/{collection}/${path}`,
	handler,
	rateActions,
	access,
});

/** Signing in and everything around it (apis/record_auth.go). */
export const authRoutes: readonly Route[] = [
	...oauth2RedirectRoutes,
	{
		method: 'GET',
		pattern: '/api/collections/{collection}/auth-methods',
		handler: authMethods,
		rateActions: ['listAuthMethods'],
	},
	post('auth-with-password', authWithPassword, ['authWithPassword', 'auth']),
	post('auth-with-oauth2', authWithOAuth2, ['authWithOAuth2', 'auth']),
	post('request-otp', requestOtp, ['requestOTP']),
	post('auth-with-otp', authWithOtp, ['authWithOTP', 'auth']),
	post('auth-refresh', authRefresh, ['authRefresh'], 'same-collection'),
	post('request-password-reset', requestPasswordReset, ['requestPasswordReset']),
	post('confirm-password-reset', confirmPasswordReset, ['confirmPasswordReset']),
	post('request-verification', requestVerification, ['requestVerification']),
	post('confirm-verification', confirmVerification, ['confirmVerification']),
	post('request-email-change', requestEmailChange, ['requestEmailChange'], 'same-collection'),
	post('confirm-email-change', confirmEmailChange, ['confirmEmailChange']),
	{
		method: 'POST',
		pattern: '/api/collections/{collection}/impersonate/{id}',
		handler: impersonate,
		access: 'superuser',
	},
];

/** Refused as by a collection that has OAuth2 switched off; auth-methods offers no provider either. */
function authWithOAuth2(context: ApiContext): ApiReply {
	authCollection(context);
	throw forbidden('The collection is not configured to allow OAuth2 authentication.');
}
