import type { ApiContext, ApiReply, Route } from '../types.ts';

/** Subscription of a page that waits for its popup. */
const topic = '@oauth2';

/**
 * Where a provider sends the popup back to: the code goes over the event stream to the page that opened it, which is
 * the connection in `state` (apis/record_auth_with_oauth2_redirect.go).
 */
export const oauth2RedirectRoutes: readonly Route[] = [
	{ method: 'GET', pattern: '/api/oauth2-redirect', handler: redirect, quiet: true },
	{ method: 'POST', pattern: '/api/oauth2-redirect', handler: redirect, quiet: true },
];

async function redirect(context: ApiContext): Promise<ApiReply> {
	const { core, request, realIp } = context;
	const isGet = request.method !== 'POST';
	const { state, code, error } = await readForm(context, isGet).catch(() => nothing);
	const connection = core.realtime.find(state);
	const isOwn = connection !== undefined && (connection.ip === '' || connection.ip === realIp);
	const data = { state, code, ...(error !== '' && { error }) };
	const isSent = isOwn && core.realtime.answer(connection, topic, data);
	const outcome = isSent && code !== '' && error === '' ? 'success' : 'failure';
	return {
		// A POST must not be repeated at the new place.
		status: isGet ? 307 : 303,
		headers: { location: `../_/#/auth/oauth2-redirect-${outcome}` },
		body: undefined,
	};
}

interface Form {
	readonly state: string;
	readonly code: string;
	readonly error: string;
}
const nothing: Form = { state: '', code: '', error: '' };

async function readForm(context: ApiContext, isGet: boolean): Promise<Form> {
	const values = isGet ? undefined : (await context.body()).values;
	const text = (key: keyof Form): string => {
		const value = values ? values[key] : context.query.get(key);
		return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
	};
	return { state: text('state'), code: text('code'), error: text('error') };
}
