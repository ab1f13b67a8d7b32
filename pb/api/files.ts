import { issueToken, verifyToken } from '../core/auth/index.ts';
import { viewFileOrigin } from '../core/downloads/index.ts';
import { notFound, unauthorized, type AuthRecord, type StoredRecord } from '../core/index.ts';
import type { FileField } from '../core/fields/index.ts';
import { findRecord, passesRule } from '../core/records/index.ts';
import { createThumb } from '../core/thumbs/index.ts';
import { tokenSource } from './auth/find.ts';
import { serveFile } from './file-reply.ts';
import { isInList } from './middleware/ip.ts';
import { ok } from './respond.ts';
import type { ApiContext, ApiReply, Route } from './types.ts';

/** Uploaded files and the tokens that protected ones need (apis/file.go). */
export const fileRoutes: readonly Route[] = [
	{ method: 'POST', pattern: '/api/files/token', handler: fileToken, access: 'auth' },
	{
		method: 'GET',
		pattern: '/api/files/{collection}/{recordId}/{filename}',
		handler: download,
		rateActions: ['file'],
	},
];

/** Made on request even where the field lists no sizes: the dashboard shows it. */
const defaultThumb = '100x100';
const thumbTypes = ['image/png', 'image/jpg', 'image/jpeg', 'image/gif', 'image/webp'];

async function fileToken(context: ApiContext): Promise<ApiReply> {
	const { core, info } = context;
	if (!info.auth || info.auth.data['id'] === '') throw unauthorized('Missing auth context.');
	return ok(context, { token: await issueToken(info.auth, 'file', core.now()) });
}

async function download(context: ApiContext): Promise<ApiReply> {
	const { core, params } = context;
	const { recordId = '', filename = '' } = params;
	const collection = core.catalog.find(params['collection'] ?? '');
	const record = collection && (await findRecord(core, collection, recordId));
	const field = record && fieldOfFile(record, filename);
	if (!field) throw notFound();
	if (field.protected) await checkProtected(context, record);
	const owner =
		collection.type === 'view'
			? await viewFileOrigin(core, collection, field.name, filename)
			: record;
	if (!owner) throw notFound();
	const base = `${owner.collection.id}/${String(owner.data['id'])}`;
	const thumb = await thumbOf(context, field, base, filename);
	const reply = await serveFile(context, thumb ?? { key: `${base}/${filename}`, name: filename });
	if (!reply) throw notFound();
	return reply;
}

function fieldOfFile({ collection, data }: StoredRecord, filename: string): FileField | undefined {
	if (filename === '') return undefined;
	for (const field of collection.fields) {
		if (field.type !== 'file') continue;
		const value = data[field.name];
		if (Array.isArray(value) ? value.includes(filename) : value === filename) return field;
	}
	return undefined;
}

/**
 * A protected file is for whoever passes the record's view rule; a file token says who that is, because an image
 * tag cannot send a header. @throws ApiError 404: a stranger does not learn that it exists.
 */
async function checkProtected(context: ApiContext, record: StoredRecord): Promise<void> {
	const { core, info, query } = context;
	const { collection, data } = record;
	const auth = info.auth?.data['id'] === '' ? info.auth : await tokenOwner(context, query);
	const allowed = await passesRule(core, collection, String(data['id']), collection.viewRule, {
		...info,
		context: 'protectedFile',
		auth,
	});
	if (!allowed) throw notFound();
}

async function tokenOwner(
	{ core, realIp }: ApiContext,
	query: URLSearchParams,
): Promise<AuthRecord | undefined> {
	const checked = await verifyToken(tokenSource(core), query.get('token') ?? '', 'file');
	const { superuserIPs } = core.settings;
	if (checked?.record.isSuperuser && superuserIPs.length > 0 && !isInList(superuserIPs, realIp))
		return undefined;
	return checked?.record;
}

/** The thumb that the query asks for, made when it is missing; the original is served when it cannot be. */
async function thumbOf(
	{ core, query }: ApiContext,
	field: FileField,
	base: string,
	filename: string,
): Promise<{ readonly key: string; readonly name: string } | undefined> {
	const size = query.get('thumb') ?? '';
	if (size === '' || !(size === defaultThumb || field.thumbs?.includes(size))) return undefined;
	const original = await core.files.attributes(`${base}/${filename}`);
	if (!original) throw notFound();
	if (!thumbTypes.includes(original.contentType)) return undefined;
	const name = `${size}_${filename}`;
	const key = `${base}/thumbs_${filename}/${name}`;
	const isThere =
		core.files.recent(key) !== undefined ||
		(await core.files.attributes(key)) !== undefined ||
		(await createThumb(core.files, core.dataDir, `${base}/${filename}`, key, size));
	return isThere ? { key, name } : undefined;
}
