import { TinykitError, type RunEventBody } from '#lib/contracts/index.ts';
import type { AgentData, LogLine, LogQuery, QueryAnswer, RecordQuery } from '../agent/index.ts';
import { countRecords } from '../app-collections.ts';
import { deniedBy } from './denials.ts';
import type { AppRules } from './rules.ts';
import { type Approvals, askPerson } from '../consent/index.ts';
import { findRecordBy, type Backend, type Backends, type FetchOptions } from '../backends.ts';

export interface AppDataParts {
	readonly backends: Backends;
	readonly approvals: Approvals;
	readonly rules: AppRules;
	readonly app: string;
	readonly run: string;
	readonly emit: (event: RunEventBody) => Promise<void>;
}

/** Entries of the log that a search looks at, newest first. */
const maxScanned = 500;

const levels = { info: 0, warn: 4, error: 8 } as const;

/**
 * What a run may see of its app's draft: through the records API, as whoever it asks for. Records are shown to a model
 * only after a click of the person, once a run; nothing here reaches live data.
 */
export function createAppData(parts: AppDataParts): AgentData {
	const { app, run } = parts;
	const draft = <T>(body: (backend: Backend) => Promise<T>): Promise<T> =>
		parts.backends.use(app, 'draft', body);

	return {
		rules: (signal) => parts.rules.report(app, signal),

		async query(query, signal): Promise<QueryAnswer> {
			const found = await draft(async (backend) => resolve(backend, query));
			if ('refused' in found) return { kind: 'refused', message: found.refused };
			let waitedMs = 0;
			// In an empty collection is nothing of anybody.
			if (found.rows > 0) {
				const started = performance.now();
				const consent = await agreed(parts, query.collection, signal);
				waitedMs = consent.asked ? performance.now() - started : 0;
				if (!consent.accepted) return { kind: 'declined', waitedMs };
			}
			const answer = await draft((backend) => list(backend, query));
			return answer.kind === 'records' ? { ...answer, waitedMs } : answer;
		},

		logs: (query) => draft((backend) => logs(backend, query)),
	};

	async function agreed(
		ports: AppDataParts,
		collection: string,
		signal: AbortSignal,
	): Promise<{ readonly accepted: boolean; readonly asked: boolean }> {
		const before = (await ports.approvals.list(app)).find(
			({ kind, runId, status }) =>
				kind === 'rows' && runId === run && (status === 'accepted' || status === 'rejected'),
		);
		if (before) return { accepted: before.status === 'accepted', asked: false };
		const { decision } = await askPerson(
			ports,
			{
				kind: 'rows',
				title: 'Show records to the model?',
				effects: [
					{
						level: 'info',
						text: `The model of this turn wants to read records of the draft, first ${collection}. They are sent to its provider; until the end of the turn it may read others.`,
					},
				],
			},
			signal,
		);
		return { accepted: decision === 'accepted', asked: true };
	}
}

/** What is certain before anybody is asked. */
async function resolve(
	backend: Backend,
	query: RecordQuery,
): Promise<{ readonly rows: number } | { readonly refused: string }> {
	const collection = backend.app.catalog.find(query.collection);
	if (!collection || collection.system)
		return { refused: `There is no collection "${query.collection}".` };
	if ((await identity(backend, query.as)) === undefined)
		return { refused: `Nobody in the draft has the id or e-mail "${query.as}".` };
	if (query.as === 'superuser' && (query.fields ?? []).length === 0)
		return { refused: 'As superuser name the fields you need, at most 8.' };
	// A view has no rows of its own, but shows those of others.
	const rows = collection.type === 'view' ? 1 : await countRecords(backend, collection.name);
	return { rows };
}

async function identity(backend: Backend, as: string): Promise<FetchOptions | undefined> {
	if (as === 'anonymous') return {};
	if (as === 'superuser') return { as: 'superuser' };
	const { catalog } = backend.app;
	for (const collection of catalog.all()) {
		if (collection.type !== 'auth' || collection.system) continue;
		const record =
			(await findRecordBy(backend.app, collection, 'id', as)) ??
			(await findRecordBy(backend.app, collection, 'email', as));
		if (record) return { as: { ...record, isSuperuser: false } };
	}
	return undefined;
}

async function list(backend: Backend, query: RecordQuery): Promise<QueryAnswer> {
	const { filter, sort, fields, limit } = query;
	const options = await identity(backend, query.as);
	const parameters = new URLSearchParams({
		perPage: String(limit),
		...(filter !== undefined && { filter }),
		...(sort !== undefined && { sort }),
		...(fields && { fields: fields.join(',') }),
	});
	const name = encodeURIComponent(query.collection);
	const response = await backend.fetch(
		new Request(`http://draft.internal/api/collections/${name}/records?${parameters.toString()}`),
		options,
	);
	const body: unknown = await response.json();
	const reply = isObject(body) ? body : {};
	if (response.status !== 200) {
		const message = typeof reply['message'] === 'string' ? reply['message'] : 'refused';
		return { kind: 'refused', message: `${message} (${String(response.status)})` };
	}
	const items = Array.isArray(reply['items']) ? reply['items'].filter(isObject) : [];
	const private_ = query.as === 'superuser' ? privateFields(backend, query.collection) : new Set();
	return {
		kind: 'records',
		records: items.map((item) =>
			Object.fromEntries(Object.entries(item).filter(([key]) => !private_.has(key))),
		),
		total: Number(reply['totalItems'] ?? items.length),
		waitedMs: 0,
	};
}

/** What nobody else would see either: a superuser's rights are for counting and finding, not for reading people. */
function privateFields(backend: Backend, name: string): ReadonlySet<unknown> {
	const collection = backend.app.catalog.find(name);
	return new Set([
		...(collection?.fields.filter(({ hidden }) => hidden).map((field) => field.name) ?? []),
		...(collection?.type === 'auth' ? ['email'] : []),
		'expand',
	]);
}

async function logs(backend: Backend, query: LogQuery): Promise<readonly LogLine[]> {
	await backend.flushLogs();
	const since = new Date(backend.app.now().getTime() - query.minutes * 60_000);
	const filters = [
		`level >= ${String(levels[query.level])}`,
		`created >= "${since.toISOString().replace('T', ' ')}"`,
	];
	const parameters = new URLSearchParams({
		perPage: String(maxScanned),
		// Several requests may have one millisecond.
		sort: '-@rowid',
		skipTotal: '1',
		filter: filters.join(' && '),
	});
	const response = await backend.fetch(
		new Request(`http://draft.internal/api/logs?${parameters.toString()}`),
		{ as: 'superuser' },
	);
	const body: unknown = await response.json();
	const items =
		isObject(body) && Array.isArray(body['items']) ? body['items'].filter(isObject) : [];
	if (response.status !== 200) throw new TinykitError('invalid_request', { cause: body });
	const { search = '' } = query;
	const wanted = items
		.filter((item) => JSON.stringify(item).includes(search))
		.slice(0, query.limit);
	const lines = await Promise.all(wanted.map((item) => line(backend, item)));
	return lines.reverse();
}

async function line(
	backend: Backend,
	{ level, message, created, data }: Readonly<Record<string, unknown>>,
): Promise<LogLine> {
	const details = isObject(data) ? data : {};
	const facts = ['status', 'execTime', 'auth', 'error', 'details'].flatMap((key) => {
		const value = details[key];
		if (value === undefined || value === null || value === '') return [];
		const text = typeof value === 'string' ? value : JSON.stringify(value);
		return [`${key}=${text.slice(0, 300)}`];
	});
	const denied = await deniedBy(backend, details);
	const number = Number(level);
	return {
		at: typeof created === 'string' ? created : '',
		level: number >= levels.error ? 'error' : number >= levels.warn ? 'warn' : 'info',
		text: [typeof message === 'string' ? message.slice(0, 500) : '', ...facts].join(' '),
		...(denied !== undefined && { denied }),
	};
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
