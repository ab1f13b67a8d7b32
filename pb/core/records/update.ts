import type { Transaction } from '../../store/index.ts';
import { comparePassword } from '../auth/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { notFound } from '../errors.ts';
import { PasswordValue } from '../fields/index.ts';
import type { RequestInfo } from '../request-info.ts';
import { RuleError } from '../rules/index.ts';
import type { CompiledRules } from '../rules/index.ts';
import { compileRule, passingIds } from './access.ts';
import type { ReadOptions } from './access.ts';
import { authFormIssues, needsOldPassword, readAuthForm } from './auth-form.ts';
import type { SavedRecord, WriteOptions } from './create.ts';
import { isSuperuser } from './data.ts';
import { createDraft, loadInput } from './draft.ts';
import type { Draft, RecordInput } from './draft.ts';
import { findRecord } from './find.ts';
import { checkWritable, compileManageRule } from './gate.ts';
import { hashDraft, hashSubmitted, passwordFields } from './passwords.ts';
import type { HashedPasswords } from './passwords.ts';
import { saveDraft } from './save.ts';
import { isQuick, saveFailure } from './write.ts';

/** What is known about an update before its transaction begins. */
interface Known {
	/** The rule was passed. */
	readonly isManager: boolean;
	readonly isOldPasswordRight: boolean;
	readonly hashed: HashedPasswords;
	/** The stored password all this was found out with. */
	readonly storedHash: string;
}

/** A transaction found that it needs to know something first. */
class NotYetKnown extends Error {
	override readonly name = 'NotYetKnown';
}

interface Update {
	readonly core: Core;
	readonly collection: Collection;
	readonly id: string;
	readonly info: RequestInfo;
	readonly input: RecordInput;
	readonly options: WriteOptions;
}

/**
 * Changes a record as a request asks for it. The update rule is checked against the stored record, with the new values
 * in `@request.body`. Reading, checking and writing are one transaction, so that `number+` counts every request.
 * @throws ApiError 404 when there is no such record or the rule is not passed, 400 with the issues by field, 403 when
 * only superusers may update.
 */
export async function updateRecord(
	core: Core,
	collection: Collection,
	info: RequestInfo,
	id: string,
	input: RecordInput,
	options: WriteOptions = {},
): Promise<SavedRecord> {
	checkWritable(collection, collection.updateRule, info);
	const update: Update = { core, collection, id, info, input, options };
	const { tx } = options;
	const isSlow = hasPassword(update);
	if (tx) return attempt(update, tx, isSlow ? await findOut(update, tx) : undefined);
	const mayShare = isQuick(collection, input);
	let known = isSlow ? await findOut(update) : undefined;
	for (;;) {
		try {
			const now = known;
			return await core.store.write((own) => attempt(update, own, now), { mayShare });
		} catch (error) {
			// Somebody changed the password in between, or the rule reads whole tables.
			if (!(error instanceof NotYetKnown)) throw error;
			known = await findOut(update);
		}
	}
}

const hasPassword = ({ collection, input }: Update): boolean =>
	passwordFields(collection).some((field) => Object.hasOwn(input.values, field.name)) ||
	(collection.type === 'auth' && Object.hasOwn(input.values, 'passwordConfirm'));

interface Loaded {
	readonly draft: Draft;
	readonly request: RequestInfo;
	readonly rule: CompiledRules | undefined;
	readonly manage: CompiledRules | undefined;
}

async function load(update: Update, options: ReadOptions): Promise<Loaded> {
	const { core, collection, id, info, input } = update;
	const stored = await findRecord(core, collection, id, options.reader);
	if (!stored) throw notFound();
	const draft = createDraft(collection, stored.data);
	const request: RequestInfo = { ...info, body: loadInput(draft, input, isSuperuser(info)) };
	try {
		const compile = (rule: string): CompiledRules | undefined =>
			compileRule(core, collection, rule, request);
		const manage = compileManageRule(core, collection, request, compile);
		return { draft, request, rule: compile(collection.updateRule ?? ''), manage };
	} catch (error) {
		if (error instanceof RuleError) throw notFound('', error);
		throw error;
	}
}

/** @returns whether the request may set what only managers may. @throws ApiError 404 when the rule is not passed. */
async function check(update: Update, loaded: Loaded, options: ReadOptions): Promise<boolean> {
	const { core, collection, id, info } = update;
	const passes = async (compiled: CompiledRules): Promise<boolean> =>
		(await passingIds(core, collection, [id], compiled, options)).has(id);
	if (loaded.rule && !(await passes(loaded.rule))) throw notFound();
	if (isSuperuser(info)) return true;
	return loaded.manage !== undefined && passes(loaded.manage);
}

const storedHashOf = (draft: Draft): string => {
	const value = draft.original['password'];
	return value instanceof PasswordValue ? value.hash : '';
};

/** Does what takes long, without holding up other writers unless it is part of a batch. */
async function findOut(update: Update, tx?: Transaction): Promise<Known> {
	const { collection, input, options } = update;
	const reading: ReadOptions = { reader: tx, signal: options.signal };
	const loaded = await load(update, reading);
	const isManager = await check(update, loaded, reading);
	const form = readAuthForm(loaded.request.body);
	const storedHash = storedHashOf(loaded.draft);
	const isAsked = collection.type === 'auth' && needsOldPassword(loaded.draft, form, isManager);
	return {
		isManager,
		isOldPasswordRight:
			isAsked && form.oldPassword !== '' && (await comparePassword(form.oldPassword, storedHash)),
		hashed: options.hashed ?? (await hashSubmitted(collection, input.values)),
		storedHash,
	};
}

async function attempt(
	update: Update,
	tx: Transaction,
	known: Known | undefined,
): Promise<SavedRecord> {
	const { core, collection } = update;
	const loaded = await load(update, { reader: tx });
	const { draft, request, rule, manage } = loaded;
	if (known && known.storedHash !== storedHashOf(draft)) throw new NotYetKnown();
	// A batch holds the writer all the same; its rules are read where they are.
	const isBatch = update.options.tx !== undefined;
	if (!known && !isBatch && (rule?.cost === 'scan' || manage?.cost === 'scan'))
		throw new NotYetKnown();
	const isManager = known?.isManager ?? (await check(update, loaded, { reader: tx }));
	if (collection.type === 'auth') {
		const form = readAuthForm(request.body);
		const issues = authFormIssues(draft, form, isManager, known?.isOldPasswordRight === true);
		if (issues) throw saveFailure(draft, issues);
	}
	await hashDraft(draft, known?.hashed);
	return { ...(await saveDraft(core, tx, draft)), info: request };
}
