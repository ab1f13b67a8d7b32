import { issue } from '../core/fields/index.ts';
import { ApiError, badRequest } from '../core/index.ts';
import { appleClientSecret, settingsToWire, updateSettings } from '../core/settings/index.ts';
import { jsonInOrder, ok } from './respond.ts';
import type { ApiContext, ApiReply, Route } from './types.ts';
import { email, length, oneOf, required, texts, validate, type Check } from './validate.ts';

const root = '/api/settings';

/** The settings API (apis/settings.go); for superusers only. */
export const settingsRoutes: readonly Route[] = [
	{ method: 'GET', pattern: root, handler: view, access: 'superuser' },
	{ method: 'PATCH', pattern: root, handler: update, access: 'superuser' },
	{ method: 'POST', pattern: `${root}/test/s3`, handler: testS3, access: 'superuser' },
	{ method: 'POST', pattern: `${root}/test/email`, handler: testEmail, access: 'superuser' },
	{
		method: 'POST',
		pattern: `${root}/apple/generate-client-secret`,
		handler: appleSecret,
		access: 'superuser',
	},
];

function view(context: ApiContext): ApiReply {
	const wire = settingsToWire(context.core.settings);
	return context.query.get('fields') ? ok(context, wire) : jsonInOrder(200, wire);
}

async function update(context: ApiContext): Promise<ApiReply> {
	const { values } = await context.body();
	await updateSettings(context.core, values);
	return view(context);
}

async function testS3(context: ApiContext): Promise<ApiReply> {
	const message = 'Failed to test the S3 filesystem.';
	const form = texts(await context.body(), ['filesystem']);
	await checked(message, () =>
		validate(form, { filesystem: [required, oneOf(['storage', 'backups'])] }),
	);
	const { s3, backups } = context.core.settings;
	if (!(form.filesystem === 'backups' ? backups.s3 : s3).enabled)
		throw badRequest(`${message} Raw error: \nS3 storage filesystem is not enabled`);
	throw notAvailable('S3 storage');
}

const templates = ['verification', 'password-reset', 'email-change', 'otp', 'login-alert'];

async function testEmail(context: ApiContext): Promise<ApiReply> {
	const isAuthCollection: Check = (name) =>
		context.core.catalog.find(name)?.type === 'auth'
			? undefined
			: issue('validation_invalid_auth_collection', 'Must be a valid auth collection id or name.');
	const form = texts(await context.body(), ['collection', 'email', 'template']);
	await checked('Failed to send the test email.', () =>
		validate(form, {
			collection: [length(1, 255), isAuthCollection],
			email: [required, length(1, 255), email],
			template: [required, oneOf(templates)],
		}),
	);
	throw notAvailable('Sending mail');
}

async function appleSecret(context: ApiContext): Promise<ApiReply> {
	const { values } = await context.body();
	return ok(context, { secret: appleClientSecret(values, context.core.now()) });
}

/** The failed checks of a form under another message. */
async function checked(message: string, check: () => Promise<void>): Promise<void> {
	try {
		await check();
	} catch (error) {
		throw error instanceof ApiError ? badRequest(message, error.data, error) : error;
	}
}

const notAvailable = (what: string): ApiError => new ApiError(501, `${what} is not available yet.`);
