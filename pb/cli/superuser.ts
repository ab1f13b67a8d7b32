import {
	acquireLock,
	createBackend,
	deleteRecordTree,
	findRecordBy,
	saveRecord,
	type Backend,
	type StoredRecord,
} from '../index.ts';
import { UsageError, type Args } from './args.ts';
import { backendConfig } from './options.ts';

const usage = 'Use: superuser create|update|upsert EMAIL PASSWORD, or superuser delete EMAIL.';

/** `superuser create|update|upsert|delete` (cmd/superuser.go). @throws an Error whose message is one sentence. */
export async function superuser(args: Args): Promise<void> {
	const [, action = '', email = '', password = ''] = args.positional;
	const needsPassword = action === 'create' || action === 'update' || action === 'upsert';
	if (!needsPassword && action !== 'delete') throw new UsageError(usage);
	if (email === '' || (needsPassword && password === '')) throw new UsageError(usage);
	const config = backendConfig(args);
	const lock = await acquireLock(config.dataDir);
	try {
		const backend = await createBackend(config);
		try {
			if (action === 'delete') await remove(backend, email);
			else await save(backend, action, email, password);
		} finally {
			await backend.close();
		}
	} finally {
		await lock.release();
	}
}

async function save(
	backend: Backend,
	action: 'create' | 'update' | 'upsert',
	email: string,
	password: string,
): Promise<void> {
	const record = await find(backend, email);
	if (action === 'create' && record) throw new Error(`There is already a superuser ${email}.`);
	if (action === 'update' && !record) throw new Error(`There is no superuser ${email}.`);
	const { app } = backend;
	const values = record ? { password } : { email, password };
	await app.store
		.write((tx) => saveRecord(app, tx, { collection: collectionOf(backend), record, values }))
		.catch((error: unknown) => {
			throw new Error(`The superuser was not saved: ${describe(error)}`, { cause: error });
		});
	console.log(`Successfully ${record ? 'updated' : 'created'} superuser "${email}"!`);
}

async function remove(backend: Backend, email: string): Promise<void> {
	const record = await find(backend, email);
	if (!record) {
		console.log(`superuser "${email}" is missing or already deleted`);
		return;
	}
	const { app } = backend;
	await app.store.write((tx) => deleteRecordTree(app, tx, record));
	console.log(`Successfully deleted superuser "${email}"!`);
}

const collectionOf = (backend: Backend): StoredRecord['collection'] => {
	const collection = backend.app.catalog.find('_superusers');
	if (!collection) throw new Error('The data directory has no collection _superusers.');
	return collection;
};

const find = (backend: Backend, email: string): Promise<StoredRecord | undefined> =>
	findRecordBy(backend.app, collectionOf(backend), 'email', email, { caseInsensitive: true });

/** What is wrong with the fields, in one line. */
function describe(error: unknown): string {
	const data = error instanceof Error && 'data' in error ? (error.data as object) : {};
	const issues = Object.entries(data).map(([field, issue]) => {
		const { message } = issue as { readonly message?: string };
		return `${field}: ${message ?? 'invalid'}`;
	});
	if (issues.length > 0) return issues.join(' ');
	return error instanceof Error ? error.message : String(error);
}
