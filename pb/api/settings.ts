import type { AuthCollection } from '../core/collections/index.ts';
import { issue, kindOf } from '../core/fields/index.ts';
import { ApiError, badRequest, notFound, type Core, type StoredRecord } from '../core/index.ts';
import type { Mails } from '../core/mails/index.ts';
import { appleClientSecret, settingsToWire, updateSettings } from '../core/settings/index.ts';
import { bodyOr } from './body-or.ts';
import { jsonInOrder, noContent, notAvailable, ok } from './respond.ts';
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
	const { values } = await bodyOr(context);
	await updateSettings(context.core, values);
	return view(context);
}

async function testS3(context: ApiContext): Promise<ApiReply> {
	const message = 'Failed to test the S3 filesystem.';
	const form = texts(await bodyOr(context), ['filesystem']);
	await checked(message, () =>
		validate(form, { filesystem: [required, oneOf(['storage', 'backups'])] }),
	);
	const { s3, backups } = context.core.settings;
	if (!(form.filesystem === 'backups' ? backups.s3 : s3).enabled)
		throw badRequest(`${message} Raw error: \nS3 storage filesystem is not enabled`);
	throw notAvailable('S3 storage');
}

/** One mail of each kind, with stand-ins for token and code. */
const senders: Readonly<
	Record<string, (mails: Mails, record: StoredRecord, email: string) => Promise<void>>
> = {
	verification: (mails, record) => mails.verification(record),
	'password-reset': (mails, record) => mails.passwordReset(record),
	'email-change': (mails, record, address) => mails.emailChange(record, address),
	otp: (mails, record) => mails.otp(record, '_PB_TEST_OTP_ID_', '123456'),
	'login-alert': (mails, record) => mails.authAlert(record, 'TEST_IP TEST_USER_AGENT'),
};

async function testEmail(context: ApiContext): Promise<ApiReply> {
	const { core } = context;
	const message = 'Failed to send the test email.';
	const authCollection = (name: string): AuthCollection | undefined => {
		const found = core.catalog.find(name);
		return found?.type === 'auth' ? found : undefined;
	};
	const isAuthCollection: Check = (name) =>
		authCollection(name)
			? undefined
			: issue('validation_invalid_auth_collection', 'Must be a valid auth collection id or name.');
	const form = texts(await bodyOr(context), ['collection', 'email', 'template']);
	await checked(message, () =>
		validate(form, {
			collection: [length(1, 255), isAuthCollection],
			email: [required, length(1, 255), email],
			template: [required, oneOf(Object.keys(senders))],
		}),
	);
	const collection = authCollection(form.collection === '' ? '_superusers' : form.collection);
	if (!collection) throw notFound();
	if (!core.mails.isEnabled)
		throw badRequest(`${message} Raw error: \nthere is no SMTP server in the settings`);
	try {
		await senders[form.template]?.(
			core.mails,
			testRecord(core, collection, form.email),
			form.email,
		);
	} catch (error) {
		throw badRequest(
			`${message} Raw error: \n${error instanceof Error ? error.message : ''}`,
			undefined,
			error,
		);
	}
	return noContent();
}

/** A record that is not stored, every shown field filled with a text that says where it comes from. */
function testRecord(core: Core, collection: AuthCollection, address: string): StoredRecord {
	const data = Object.fromEntries(
		collection.fields.map((field) => [
			field.name,
			kindOf(field).normalise(field, field.hidden ? '' : `__pb_test_${field.name}__`),
		]),
	);
	return { collection, data: { ...data, email: address, tokenKey: core.random.text(50) } };
}

async function appleSecret(context: ApiContext): Promise<ApiReply> {
	const { values } = await bodyOr(context);
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
