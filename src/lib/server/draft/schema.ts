import { randomUUID } from 'node:crypto';
import {
	TinykitError,
	type AccessIntent,
	type Problem,
	type RowEffect,
	type RunEventBody,
	type SchemaChange,
} from '#lib/contracts/index.ts';
import type { AgentSchema, SchemaApplied, SchemaPlan } from '../agent/index.ts';
import { type Approvals, type Asked, askPerson, type Intents } from '../consent/index.ts';
import { countRecords, readCollections } from '../app-collections.ts';
import { rehearse } from './rehearsal.ts';
import type { Backend, Backends } from '../backends.ts';
import type { Log } from '../runtime.ts';
import { applyLogged, expiryOf, noteExpiry, schemaFailure } from '../schema-log/index.ts';
import {
	codeReferences,
	digestOf,
	effectsOf,
	fingerprint,
	goneNames,
	referenceLines,
	rowLines,
	schemaReferences,
	targetOf,
	type Effect,
	type PlainCollection,
} from '../schema/index.ts';
import type { Workspace } from '../workspace/index.ts';

interface Planned {
	readonly target: readonly PlainCollection[];
	/** What the rehearsal made of the target. */
	readonly after: readonly PlainCollection[];
	readonly effects: readonly Effect[];
	readonly rows: readonly RowEffect[];
	readonly problems: readonly Problem[];
	/** The schema the plan was made for. */
	readonly base: string;
}

/** What is only worth knowing: it asks for nobody's click. */
const info = (text: string): Effect => ({ level: 'info', text });

/**
 * The collections of an app's draft, as a run may see and change them. A plan is rehearsed on a copy with the
 * draft's real rows; what widens an existing rule or destroys data waits for a person's click, and is
 * compared with the schema once more right before it is applied (definitions.md 18). What a change takes away is
 * kept for a while, and the change can be taken back.
 */
export function createAppSchema(parts: {
	readonly backends: Backends;
	readonly approvals: Approvals;
	readonly intents: Intents;
	readonly workspace: (slug: string) => Workspace;
	readonly app: string;
	readonly run: string;
	readonly emit: (event: RunEventBody) => Promise<void>;
	readonly log?: Log;
}): AgentSchema {
	const plans = new Map<string, Planned>();
	const draft = <T>(body: (backend: Backend) => Promise<T>): Promise<T> =>
		parts.backends.use(parts.app, 'draft', body);
	const read = (): Promise<readonly PlainCollection[]> =>
		draft(async (backend) => readCollections(backend));

	const effects = (
		backend: Backend,
		before: readonly PlainCollection[],
		planned: Pick<Planned, 'after' | 'rows'>,
		tainted: boolean,
	): Promise<readonly Effect[]> =>
		effectsOf(before, planned.after, (name) => countRecords(backend, name), {
			rows: planned.rows,
			tainted,
		});

	const planOf = async (change: SchemaChange, tainted: boolean): Promise<Planned> => {
		const current = await read();
		const { collections: target, problems } = targetOf(current, change);
		const base = fingerprint(current);
		if (problems.length > 0) return { target, after: [], effects: [], rows: [], problems, base };
		return draft(async (backend) => {
			const rehearsed = await rehearse(backend, target);
			const isPossible = rehearsed.problems.length === 0;
			const after = isPossible ? rehearsed.after : target;
			const found = await effects(backend, current, { after, rows: rehearsed.rows }, tainted);
			const gone = goneNames(current, after);
			const mentioned = [
				...referenceLines(schemaReferences(gone, after), 'The schema still names'),
				...referenceLines(codeReferences(gone, await sources()), 'The source names'),
			];
			return {
				target,
				after,
				rows: rehearsed.rows,
				effects: [
					...found,
					...[...rowLines(rehearsed.rows), ...mentioned, ...rehearsed.notes].map(info),
				],
				problems: rehearsed.problems,
				base,
			};
		});
	};

	/** The app's text files; one that cannot be read names nothing. */
	const sources = async (): Promise<readonly { path: string; text: string }[]> => {
		const workspace = parts.workspace(parts.app);
		const files = await workspace.list();
		const texts = await Promise.all(
			files.map(({ path }) => workspace.read(path).catch(() => undefined)),
		);
		return texts.flatMap((file) => (file ? [{ path: file.path, text: file.text }] : []));
	};

	const ask = (planned: Planned, asked: readonly Effect[], signal: AbortSignal): Promise<Asked> =>
		askPerson(
			parts,
			{
				kind: 'schema',
				title: titleOf(asked),
				effects: [...asked, ...planned.effects.filter((effect) => !asked.some(same(effect)))].map(
					({ confirms: _, ...effect }) => effect,
				),
			},
			signal,
		);

	return {
		async describe() {
			const collections = await read();
			return {
				text: digestOf(collections),
				collections: collections
					.filter(({ system }) => system !== true)
					.map(({ name, type, fields }) => ({
						name,
						type,
						fields: fields.map((field) => field.name),
					})),
			};
		},

		async plan(change, options): Promise<SchemaPlan> {
			const planned = await planOf(change, options?.tainted === true);
			const id = randomUUID();
			plans.set(id, planned);
			return {
				id,
				effects: planned.effects.map(({ level, text }) => ({ level, text })),
				rows: planned.rows,
				needsApproval: planned.problems.length === 0 && needsClick(planned.effects),
				problems: planned.problems,
			};
		},

		async apply(planId, signal, options): Promise<SchemaApplied> {
			const planned = plans.get(planId);
			if (!planned)
				throw new TinykitError('not_found', { message: 'There is no such plan in this run.' });
			if (planned.problems.length > 0) {
				throw new TinykitError('invalid_request', {
					message: 'This plan has problems and cannot be applied.',
				});
			}
			const tainted = options?.tainted === true;
			const isStale = (current: readonly PlainCollection[]): boolean =>
				fingerprint(current) !== planned.base;
			const current = await read();
			if (isStale(current)) throw new TinykitError('approval_stale');
			// What was empty when it was planned may hold somebody's data by now: then nobody knew what is agreed to.
			const isAsked = needsClick(planned.effects);
			const again = await draft((backend) => effects(backend, current, planned, false));
			if (!isAsked && needsClick(again)) throw new TinykitError('approval_stale');
			// The run may have read text of strangers since it planned.
			const now = await draft((backend) => effects(backend, current, planned, tainted));
			let approval: Asked | undefined;
			if (isAsked || needsClick(now)) {
				approval = await ask(planned, now, signal);
				if (approval.decision === 'stale') return { applied: false, summary: [] };
				if (approval.decision === 'rejected')
					return { applied: false, summary: [], approval: 'rejected' };
			}
			const summary = planned.effects.map(({ text }) => text);
			await draft(async (backend) => {
				const latest = readCollections(backend);
				if (isStale(latest)) throw new TinykitError('approval_stale');
				if (!approval && needsClick(await effects(backend, latest, planned, tainted)))
					throw new TinykitError('approval_stale');
				const change = { ...planned, run: parts.run, approval: approval?.id ?? '', summary };
				// Another database: written first, so that a change that was made lacks nothing, whatever happens in between.
				const at = new Date();
				await noteExpiry(parts.backends, parts.app, expiryOf(at));
				if (approval) await parts.intents.confirm(parts.app, confirmedBy(now), approval.id);
				await applyLogged(backend, { ...change, now: at }).catch((cause: unknown) => {
					parts.log?.('error', `run ${parts.run}: a change of the collections`, cause);
					throw schemaFailure(cause);
				});
			});
			plans.delete(planId);
			return { applied: true, summary, ...(approval && { approval: 'accepted' }) };
		},
	};
}

const needsClick = (effects: readonly Effect[]): boolean =>
	effects.some(({ level, rows }) => level === 'widens' || (level === 'destroys' && rows !== 0));

const same =
	(effect: Effect) =>
	(other: Effect): boolean =>
		other.text === effect.text;

const confirmedBy = (effects: readonly Effect[]): readonly AccessIntent[] =>
	effects.flatMap(({ confirms }) => (confirms ? [confirms] : []));

const titleOf = (effects: readonly Effect[]): string =>
	effects.some(({ level, rows }) => level === 'destroys' && rows !== 0)
		? 'Delete data?'
		: 'Change who may do what?';
