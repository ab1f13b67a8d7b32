import type { Reader, Transaction } from '../../store/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { badRequest } from '../errors.ts';
import { PasswordValue } from '../fields/index.ts';
import type { RequestInfo } from '../request-info.ts';
import { RuleError } from '../rules/index.ts';
import { authFormIssues, readAuthForm } from './auth-form.ts';
import { isSuperuser } from './data.ts';
import { createDraft, loadInput } from './draft.ts';
import type { Draft, RecordInput } from './draft.ts';
import { checkWritable, compileManageRule, passesAsRow, planRowRule } from './gate.ts';
import type { ListRules } from './list-rules.ts';
import { hashDraft, hashFor, passwordFields } from './passwords.ts';
import type { HashedPasswords } from './passwords.ts';
import type { StoredRecord } from './record.ts';
import { saveDraft } from './save.ts';
import { isQuick, saveFailure } from './write.ts';

export interface WriteOptions {
	/** Writes inside this transaction. Default: one of its own. */
	readonly tx?: Transaction | undefined;
	/** Passwords of the input, hashed before the transaction began. */
	readonly hashed?: HashedPasswords | undefined;
	readonly signal?: AbortSignal | undefined;
}

/** A written record, and the request as its rules saw it: with modifiers of the body resolved. */
export interface SavedRecord extends StoredRecord {
	readonly info: RequestInfo;
}

/**
 * Creates a record as a request asks for it. The create rule is checked before validation, against the row that
 * would be written.
 * @throws ApiError 400 with the issues by field, or without any when the rule is not passed; 403 when only
 * superusers may create.
 */
export async function createRecord(
	core: Core,
	collection: Collection,
	info: RequestInfo,
	input: RecordInput,
	options: WriteOptions = {},
): Promise<SavedRecord> {
	checkWritable(collection, collection.createRule, info);
	const draft = createDraft(collection, undefined);
	const body = { ...loadInput(draft, input, isSuperuser(info)) };
	const hasRandomPassword = await fillPassword(core, draft, body, info);
	const request: RequestInfo = { ...info, body };
	const gate = compileGate(core, collection, request);

	const save = async (tx: Transaction, isManager: boolean): Promise<SavedRecord> => {
		if (collection.type === 'auth' && !hasRandomPassword) {
			const issues = authFormIssues(draft, readAuthForm(body), isManager, true);
			if (issues) throw saveFailure(draft, issues);
		}
		await hashDraft(draft, options.hashed);
		return { ...(await saveDraft(core, tx, draft)), info: request };
	};
	const pass = (reader: Reader | undefined): Promise<boolean> =>
		passGate(core, draft, gate, { reader, signal: options.signal });

	if (options.tx) return save(options.tx, await pass(options.tx));
	// Beside the transaction is what takes long: a rule that reads whole tables, hashing a password.
	if (gate.cost === 'scan' || hasPlainPassword(draft)) {
		const isManager = await pass(undefined);
		await hashDraft(draft, options.hashed);
		return core.store.write((tx) => save(tx, isManager));
	}
	return core.store.write(async (tx) => save(tx, await pass(tx)), {
		mayShare: isQuick(collection, input),
	});
}

interface Gate {
	readonly rule: ListRules | undefined;
	readonly manage: ListRules | undefined;
	readonly isSuperuser: boolean;
	readonly cost: 'indexed' | 'scan';
}

function compileGate(core: Core, collection: Collection, info: RequestInfo): Gate {
	try {
		const plan = (rule: string): ListRules | undefined => planRowRule(core, collection, rule, info);
		const rule = plan(collection.createRule ?? '');
		const manage = compileManageRule(core, collection, info, plan);
		const isScan = [rule, manage].some((rules) => rules?.compiled.cost === 'scan');
		const cost = isScan ? 'scan' : 'indexed';
		return { rule, manage, isSuperuser: isSuperuser(info), cost };
	} catch (error) {
		if (error instanceof RuleError) throw badRequest('Failed to create record.', undefined, error);
		throw error;
	}
}

/** @returns whether the request may set what only managers may. */
async function passGate(
	core: Core,
	draft: Draft,
	gate: Gate,
	options: { reader: Reader | undefined; signal: AbortSignal | undefined },
): Promise<boolean> {
	if (gate.rule && !(await passesAsRow(core, draft, gate.rule, options)))
		throw badRequest('Failed to create record.');
	if (gate.isSuperuser) return true;
	return gate.manage !== undefined && passesAsRow(core, draft, gate.manage, options);
}

const hasPlainPassword = (draft: Draft): boolean =>
	passwordFields(draft.collection).some((field) => {
		const value = draft.data[field.name];
		return value instanceof PasswordValue && value.plain !== '';
	});

/** Who signs up through a provider types no password; a random one is set, past the field's own limits. */
async function fillPassword(
	core: Core,
	draft: Draft,
	body: Record<string, unknown>,
	info: RequestInfo,
): Promise<boolean> {
	if (info.context !== 'oauth2' || draft.collection.type !== 'auth') return false;
	const field = passwordFields(draft.collection).find(({ name }) => name === 'password');
	if (!field || Object.hasOwn(body, 'password')) return false;
	const plain = core.random.text(30);
	body['password'] = plain;
	body['passwordConfirm'] = plain;
	draft.data['password'] = new PasswordValue('', (await hashFor(field, plain)).hash);
	return true;
}
