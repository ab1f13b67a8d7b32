import { okInOrder } from './respond.ts';
import type { ApiContext, ApiReply, Route } from './types.ts';

export const healthRoutes: readonly Route[] = [
	{ method: 'GET', pattern: '/api/health', handler: health },
];

/** Says that the server answers; a superuser also learns how it sees them (apis/health.go). */
function health(context: ApiContext): ApiReply {
	const { core, info, request, realIp } = context;
	if (info.auth?.isSuperuser !== true)
		return okInOrder(context, { message: 'API is healthy.', code: 200, data: {} });
	const candidates = [
		...core.settings.trustedProxy.headers,
		'CF-Connecting-IP',
		'Fly-Client-IP',
		'X-Forwarded-For',
	];
	const proxy = candidates.find((name) => (request.header(name.toLowerCase()) ?? '') !== '');
	return okInOrder(context, {
		message: 'API is healthy.',
		code: 200,
		data: {
			canBackup: core.backups.active === undefined,
			possibleProxyHeader: proxy ?? '',
			realIP: realIp,
		},
	});
}
