import {
	collectIssues,
	eachIssue,
	issue,
	lengthIssue,
	requiredIssue,
} from '../core/fields/index.ts';
import { badRequest, forbidden, notFound, type AuthRecord } from '../core/index.ts';
import { bodyOr } from './body-or.ts';
import { noContent } from './respond.ts';
import type { ApiContext, ApiReply, ParsedBody, Route } from './types.ts';

const maxSubscriptions = 1000;
/** Bytes of one subscription. */
const maxLength = 2500;

/** The event stream and its subscriptions (apis/realtime.go). */
export const realtimeRoutes: readonly Route[] = [
	{ method: 'GET', pattern: '/api/realtime', handler: connect, quiet: true },
	{ method: 'POST', pattern: '/api/realtime', handler: setSubscriptions },
];

function connect({ core, realIp }: ApiContext): ApiReply {
	const { stream } = core.realtime.connect(realIp);
	return {
		status: 200,
		headers: {
			'content-type': 'text/event-stream',
			'cache-control': 'no-store',
			// A proxy that collects bytes would hold events back.
			'x-accel-buffering': 'no',
		},
		body: stream,
	};
}

async function setSubscriptions(context: ApiContext): Promise<ApiReply> {
	const { core, info, realIp } = context;
	const { clientId, subscriptions } = parseForm(await bodyOr(context, ''));
	const connection = core.realtime.find(clientId);
	if (!connection) throw notFound('Missing or invalid client id.');
	if (connection.ip !== '' && connection.ip !== realIp)
		throw badRequest('Invalid realtime client.');
	if (connection.auth && !isSame(connection.auth, info.auth))
		throw forbidden("The current and the previous request authorization don't match.");
	core.realtime.subscribe(connection, info.auth, subscriptions);
	return noContent();
}

const isSame = (a: AuthRecord, b: AuthRecord | undefined): boolean =>
	a.data['id'] === b?.data['id'] && a.collection.id === b?.collection.id;

function parseForm({ values, source }: ParsedBody): {
	readonly clientId: string;
	readonly subscriptions: readonly string[];
} {
	const clientId = values['clientId'] ?? '';
	const raw = values['subscriptions'] ?? [];
	if (!Array.isArray(raw) && source !== 'form') throw badRequest();
	const subscriptions: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
	if (typeof clientId !== 'string' || !subscriptions.every(isText)) throw badRequest();
	const issues = collectIssues({
		clientId: clientId === '' ? requiredIssue() : lengthIssue(clientId, 1, 255),
		subscriptions:
			subscriptions.length > maxSubscriptions
				? issue('validation_length_too_long', 'the length must be no more than {max}', {
						max: maxSubscriptions,
						min: 0,
					})
				: eachIssue(subscriptions, (name) => lengthIssue(name, 0, maxLength)),
	});
	if (issues) throw badRequest('', issues);
	return { clientId, subscriptions };
}

const isText = (value: unknown): value is string => typeof value === 'string';
