import { jsonInOrder } from './respond.ts';
import type { ApiContext, ApiReply, Route } from './types.ts';

export const healthRoutes: readonly Route[] = [
	{ method: 'GET', pattern: '/api/health', handler: health },
];

/** Says that the server answers; a superuser also learns how it sees them (apis/health.go). */
function health({ core, info, request, realIp }: ApiContext): ApiReply {
	if (info.auth?.isSuperuser !== true)
		return jsonInOrder(200, { message: 'API is healthy.', code: 200, data: {} });
	const candidates = [
		...core.settings.trustedProxy.headers,
		'CF-Connecting-IP',
		'Fly-Client-IP',
		'X-Forwarded-For',
	];
	const proxy = candidates.find((name) => (request.header(name.toLowerCase()) ?? '') !== '');
	return jsonInOrder(200, {
		message: 'API is healthy.',
		code: 200,
		data: {
			canBackup: core.backups.active === undefined,
			possibleProxyHeader: proxy ?? '',
			realIP: realIp,
		},
	});
}
