import { verifyToken } from '../core/auth/index.ts';
import { badRequest, forbidden, type Core, type UploadedFile } from '../core/index.ts';
import { issue, lengthIssue, matchIssue, requiredIssue } from '../core/fields/issues.ts';
import { mimeTypeOf } from '../core/fields/mime.ts';
import { formatDate } from '../lib/index.ts';
import { tokenSource } from './auth/find.ts';
import { bodyOr } from './body-or.ts';
import { serveFile } from './file-reply.ts';
import { isInList } from './middleware/ip.ts';
import { noContent, ok } from './respond.ts';
import type { ApiContext, ApiReply, Route } from './types.ts';
import { texts, validate } from './validate.ts';

/** Backups of the data directory, for superusers (apis/backup.go). */
export const backupRoutes: readonly Route[] = [
	{ method: 'GET', pattern: '/api/backups', handler: list, access: 'superuser' },
	{ method: 'POST', pattern: '/api/backups', handler: create, access: 'superuser' },
	{
		method: 'POST',
		pattern: '/api/backups/upload',
		handler: upload,
		access: 'superuser',
		bodyLimit: 0,
	},
	// A link in a page cannot send a header: the query's file token says who it is.
	{ method: 'GET', pattern: '/api/backups/{key}', handler: download },
	{ method: 'DELETE', pattern: '/api/backups/{key}', handler: remove, access: 'superuser' },
	{ method: 'POST', pattern: '/api/backups/{key}/restore', handler: restore, access: 'superuser' },
];

async function list(context: ApiContext): Promise<ApiReply> {
	const infos = await context.core.backups.list();
	return ok(
		context,
		infos.map(({ key, size, modified }) => ({ key, modified: formatDate(modified), size })),
	);
}

async function create(context: ApiContext): Promise<ApiReply> {
	const { backups } = context.core;
	checkIdle(context.core);
	const form = texts(await bodyOr(context), ['name']);
	await validate(form, {
		name: [
			(name) => lengthIssue(name, 1, 150),
			(name) => (/^[a-z0-9_-]+\.zip$/.test(name) ? undefined : matchIssue()),
			async (name) =>
				(await backups.exists(name))
					? issue(
							'validation_backup_name_exists',
							'The backup file name is invalid or already exists.',
						)
					: undefined,
		],
	});
	await backups.create(form.name);
	return noContent();
}

async function upload(context: ApiContext): Promise<ApiReply> {
	const { backups } = context.core;
	// There is no limit here, so that only what goes to disk part by part is read at all.
	const isForm = context.request.header('content-type')?.startsWith('multipart/form-data');
	const file = isForm === true ? (await context.body()).files.get('file')?.[0] : undefined;
	const problem = await uploadIssue(context.core, file);
	if (problem || !file) {
		throw badRequest('An error occurred while validating the submitted data.', {
			file: problem ?? requiredIssue(),
		});
	}
	await backups.upload(file);
	return noContent();
}

async function uploadIssue({ backups }: Core, file: UploadedFile | undefined) {
	if (!file) return requiredIssue();
	const mime = await mimeTypeOf(file);
	if (mime !== 'application/zip') {
		return issue(
			'validation_invalid_mime_type',
			`${JSON.stringify(file.name)} mime type must be one of: application/zip.`,
		);
	}
	return (await backups.exists(file.originalName))
		? issue('validation_backup_name_exists', 'Backup file with the specified name already exists.')
		: undefined;
}

async function download(context: ApiContext): Promise<ApiReply> {
	const { core, params, query, realIp } = context;
	const { key = '' } = params;
	const checked = await verifyToken(tokenSource(core), query.get('token') ?? '', 'file');
	const allowed = core.settings.superuserIPs;
	const isAllowed =
		checked?.record.isSuperuser === true && (allowed.length === 0 || isInList(allowed, realIp));
	if (!isAllowed) throw forbidden('Insufficient permissions to access the resource.');
	const reply = await serveFile(context, { key, name: key, storage: core.backups });
	if (!reply) throw badRequest('Missing or invalid backup file.');
	// All data is in it: no cache may keep a copy.
	return { ...reply, headers: { ...reply.headers, 'cache-control': 'no-store' } };
}

async function remove({ core, params }: ApiContext): Promise<ApiReply> {
	await core.backups.delete(params['key'] ?? '');
	return noContent();
}

/** Answers when it is done, so that a failure can be told; PocketBase answers first and restarts its process. */
async function restore({ core, params }: ApiContext): Promise<ApiReply> {
	await core.backups.restore(params['key'] ?? '');
	return noContent();
}

/** @throws ApiError 400 */
function checkIdle({ backups }: Core): void {
	if (backups.active !== undefined) {
		throw badRequest('Try again later - another backup/restore process has already been started');
	}
}
