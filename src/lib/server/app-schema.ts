import { randomUUID } from 'node:crypto';
import {
	TinykitError,
	type Problem,
	type RunEventBody,
	type SchemaChange,
} from '#lib/contracts/index.ts';
import type { AgentSchema, SchemaPlan } from './agent/index.ts';
import type { Approvals } from './approvals.ts';
import {
	applyCollections,
	countRecords,
	readCollections,
	rehearseCollections,
} from './app-collections.ts';
import type { Backend, Backends } from './backends.ts';
import {
	digestOf,
	effectsOf,
	targetOf,
	type Effect,
	type PlainCollection,
} from './schema/index.ts';

interface Planned {
	readonly target: readonly PlainCollection[];
	readonly effects: readonly Effect[];
	readonly needsApproval: boolean;
	readonly problems: readonly Problem[];
	/** The schema the plan was made for. */
	readonly base: string;
}

/**
 * The collections of an app's draft, as a run may see and change them. A plan is rehearsed on a clone with the
 * draft's real rows; what widens an existing rule or destroys data waits for a person's click, and is
 * compared with the schema once more right before it is applied (definitions.md 18).
 */
export function createAppSchema(parts: {
	readonly backends: Backends;
	readonly approvals: Approvals;
	readonly app: string;
	readonly run: string;
	readonly emit: (event: RunEventBody) => Promise<void>;
}): AgentSchema {
	const plans = new Map<string, Planned>();
	const draft = <T>(body: (backend: Backend) => Promise<T>): Promise<T> =>
		parts.backends.use(parts.app, 'draft', body);
	const read = (): Promise<readonly PlainCollection[]> =>
		draft(async (backend) => readCollections(backend));

	const planOf = async (change: SchemaChange): Promise<Planned> => {
		const current = await read();
		const { collections: target, problems } = targetOf(current, change);
		const base = fingerprint(current);
		if (problems.length > 0) return { target, effects: [], needsApproval: false, problems, base };
		return draft(async (backend) => {
			const found = await rehearseCollections(backend, target);
			const effects = await effectsOf(current, target, (name) => countRecords(backend, name));
			return { target, effects, needsApproval: needsClick(effects), problems: found, base };
		});
	};

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

		async plan(change): Promise<SchemaPlan> {
			const planned = await planOf(change);
			const id = randomUUID();
			plans.set(id, planned);
			const { effects, needsApproval, problems } = planned;
			return {
				id,
				effects: effects.map(({ level, text }) => ({ level, text })),
				needsApproval,
				problems,
			};
		},

		async apply(planId, signal) {
			const planned = plans.get(planId);
			if (!planned)
				throw new TinykitError('not_found', { message: 'There is no such plan in this run.' });
			if (planned.problems.length > 0) {
				throw new TinykitError('invalid_request', {
					message: 'This plan has problems and cannot be applied.',
				});
			}
			const summary = planned.effects.map(({ text }) => text);
			let asked: { approval: 'accepted' } | undefined;
			if (planned.needsApproval) {
				const approval = await parts.approvals.request({
					app: parts.app,
					runId: parts.run,
					kind: 'schema',
					title: titleOf(planned.effects),
					effects: [...planned.effects],
				});
				// Listening before telling: the click may be faster than the next line.
				const decided = parts.approvals.wait(approval.id, signal);
				await parts.emit({ type: 'approval_requested', approvalId: approval.id });
				const decision = await decided;
				if (decision === 'stale') return { applied: false, summary: [] };
				await parts.emit({
					type: 'approval_decided',
					approvalId: approval.id,
					accepted: decision === 'accepted',
				});
				if (decision === 'rejected') return { applied: false, summary: [], approval: 'rejected' };
				asked = { approval: 'accepted' };
			}
			const current = await read();
			if (fingerprint(current) !== planned.base) throw new TinykitError('approval_stale');
			await draft(async (backend) => {
				// What was empty when it was planned may hold somebody's data by now.
				if (
					!asked &&
					needsClick(
						await effectsOf(current, planned.target, (name) => countRecords(backend, name)),
					)
				)
					throw new TinykitError('approval_stale');
				await applyCollections(backend, planned.target);
			});
			plans.delete(planId);
			return { applied: true, summary, ...asked };
		},
	};
}

const needsClick = (effects: readonly Effect[]): boolean =>
	effects.some(({ level, rows }) => level === 'widens' || (level === 'destroys' && rows !== 0));

/** What a plan was computed from; times do not count. */
function fingerprint(collections: readonly PlainCollection[]): string {
	const plain = collections.map((collection) => ({
		...collection,
		created: undefined,
		updated: undefined,
	}));
	return JSON.stringify(plain.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

const titleOf = (effects: readonly Effect[]): string =>
	effects.some(({ level }) => level === 'destroys') ? 'Delete data?' : 'Change who may do what?';
