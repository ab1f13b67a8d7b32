import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessIntent, RulesReport } from '#lib/contracts/index.ts';
import { readCollections } from '../app-collections.ts';
import {
	findRecordBy,
	ident,
	importCollections,
	joinSql,
	openClone,
	sql,
	type Backend,
	type Backends,
	type FetchOptions,
} from '../backends.ts';
import type { Intents } from '../consent/index.ts';
import {
	checkRules,
	type CheckLimits,
	type Identity,
	type RulesBench,
} from '../rules-check/index.ts';
import type { BenchEvent, StateRow } from '../rules-check/index.ts';
import { fingerprint, type PlainCollection } from '../schema/index.ts';

/** Checks of an app's rules; a report stands as long as the schema and what was confirmed are the same. */
export interface AppRules {
	report(app: string, signal: AbortSignal): Promise<RulesReport>;
}

export function createAppRules(parts: {
	readonly backends: Pick<Backends, 'use'>;
	readonly intents: Pick<Intents, 'list'>;
}): AppRules {
	const known = new Map<string, { readonly key: string; readonly report: RulesReport }>();
	return {
		async report(app, signal) {
			const collections = await parts.backends.use(app, 'draft', async (backend) =>
				readCollections(backend),
			);
			const intents = await parts.intents.list(app);
			const key = JSON.stringify([fingerprint(collections), intents]);
			const before = known.get(app);
			if (before?.key === key) return before.report;
			const report = await tryRules(collections, intents, signal);
			// What was cut short may do better next time.
			if (report.incomplete === undefined) known.set(app, { key, report });
			return report;
		},
	};
}

/**
 * Tries an app's rules on a clone that has its collections and none of its records; nothing of the app is touched.
 * The clone is a directory of its own that is gone afterwards.
 */
export async function tryRules(
	collections: readonly PlainCollection[],
	intents: readonly AccessIntent[],
	signal: AbortSignal,
	limits?: CheckLimits,
): Promise<RulesReport> {
	const dir = await mkdtemp(join(tmpdir(), 'tinykit-rules-'));
	try {
		const clone = await openClone(dir);
		try {
			await importCollections(clone.app, {
				collections: [...collections, sentinel].map((collection) => ({ ...collection })),
				deleteMissing: true,
			});
			const bench = createBench(clone, dir, collections);
			return await checkRules(bench, intents, () => performance.now(), signal, limits);
		} finally {
			await clone.close();
		}
	} finally {
		await rm(dir, { recursive: true, force: true });
	}
}

/** A collection whose change says that all events before it have been sent. */
const sentinel = {
	id: 'pbc_tksentinel',
	name: 'tk_sentinel',
	type: 'base',
	listRule: '',
	fields: [{ name: 'text', type: 'text' }],
};
/** Milliseconds for the events of one check. */
const eventsTimeout = 3000;

function createBench(
	clone: Backend,
	dir: string,
	collections: readonly PlainCollection[],
): RulesBench {
	const tables = collections.filter(({ system, type }) => system !== true && type !== 'view');
	const nameOf = new Map(tables.map(({ id, name }) => [id, name]));
	const as = async (identity: Identity): Promise<FetchOptions> => {
		if (identity.kind === 'superuser') return { as: 'superuser' };
		if (identity.kind === 'visitor') return {};
		const collection = clone.app.catalog.find(identity.collection);
		const record = collection && (await findRecordBy(clone.app, collection, 'id', identity.id));
		return record ? { as: { ...record, isSuperuser: false } } : {};
	};
	const request = async (
		identity: Identity,
		method: string,
		path: string,
		body?: unknown,
	): Promise<Response> =>
		clone.fetch(
			new Request(`http://clone.test${path}`, {
				method,
				...(body !== undefined && {
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify(body),
				}),
			}),
			await as(identity),
		);

	return {
		collections,
		async fill(rows) {
			for (const row of rows) await putFiles(dir, row);
			return clone.app.store.write(async (tx) => {
				const written = new Set<string>();
				for (const { name } of tables) await tx.run(sql`DELETE FROM ${ident(name)}`);
				for (const row of rows) {
					const columns = joinSql(
						Object.keys(row.values).map((name) => ident(name)),
						', ',
					);
					const values = joinSql(
						Object.values(row.values).map((value) => sql`${value}`),
						', ',
					);
					const table = ident(nameOf.get(row.collection) ?? row.collection);
					const { changes } = await tx.run(
						sql`INSERT OR IGNORE INTO ${table} (${columns}) VALUES (${values})`,
					);
					if (changes > 0) written.add(row.id);
				}
				return written;
			});
		},
		async send(identity, method, path, body) {
			const response = await request(identity, method, path, body);
			return { status: response.status, text: await response.text() };
		},
		async listen(listeners, topics, change) {
			const streams: EventReader[] = [];
			try {
				for (const listener of listeners) {
					const response = await request(listener, 'GET', '/api/realtime');
					if (!response.body) return undefined;
					const reader = new EventReader(response.body);
					streams.push(reader);
					const first = await reader.until('PB_CONNECT', eventsTimeout);
					const clientId = /"clientId":"(\w+)"/.exec(first?.at(-1)?.text ?? '')?.[1];
					const subscriptions = [...topics, `${sentinel.name}/*`];
					await request(listener, 'POST', '/api/realtime', { clientId, subscriptions });
				}
				await change();
				const superuser: Identity = { kind: 'superuser', label: '' };
				const path = `/api/collections/${sentinel.name}/records`;
				await request(superuser, 'POST', path, { text: 'over' });
				const heard: BenchEvent[][] = [];
				for (const stream of streams) {
					const events = await stream.until(`${sentinel.name}/*`, eventsTimeout);
					if (!events) return undefined;
					heard.push(events.filter(({ topic }) => topics.includes(topic)));
				}
				return heard;
			} finally {
				for (const stream of streams) await stream.close();
			}
		},
	};
}

async function putFiles(dir: string, { collection, id, files }: StateRow): Promise<void> {
	const folder = join(dir, 'storage', collection, id);
	for (const { name } of files) {
		if (existsSync(join(folder, name))) continue;
		await mkdir(folder, { recursive: true });
		await writeFile(join(folder, name), `content of ${name}`);
	}
}

/** Server-sent events, one after another. */
class EventReader {
	readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
	readonly #decoder = new TextDecoder();
	#text = '';

	constructor(body: ReadableStream<Uint8Array>) {
		this.#reader = body.getReader();
	}

	/** The events up to the first of a topic; undefined when it does not come in time. */
	async until(topic: string, ms: number): Promise<BenchEvent[] | undefined> {
		const events: BenchEvent[] = [];
		const { promise: timeout, resolve } = Promise.withResolvers<undefined>();
		const timer = setTimeout(() => resolve(undefined), ms);
		try {
			for (;;) {
				const end = this.#text.indexOf('\n\n');
				if (end < 0) {
					const chunk = await Promise.race([this.#reader.read(), timeout]);
					if (chunk?.value === undefined) return undefined;
					this.#text += this.#decoder.decode(chunk.value, { stream: true });
					continue;
				}
				const block = this.#text.slice(0, end);
				this.#text = this.#text.slice(end + 2);
				const event = {
					topic: /^event:(.*)$/m.exec(block)?.[1] ?? '',
					text: /^data:(.*)$/m.exec(block)?.[1] ?? '',
				};
				events.push(event);
				if (event.topic === topic) return events;
			}
		} finally {
			clearTimeout(timer);
		}
	}

	async close(): Promise<void> {
		await this.#reader.cancel().catch(() => undefined);
	}
}
