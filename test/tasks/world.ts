import { issueToken } from '../../pb/core/auth/index.ts';
import {
	findRecordBy,
	hashSubmitted,
	saveRecord,
	type Backend,
} from '../../src/lib/server/backends.ts';
import { hostFetch } from '../e2e/support/host-fetch.ts';
import type { Installation } from '../src/lib/server/support/installation.ts';

/** Who asks. The three people are records of the app's `users`, made when they first ask. */
export type Identity = 'anonymous' | 'ann' | 'bob' | 'cara' | 'superuser';
type Person = 'ann' | 'bob' | 'cara';
type Values = Readonly<Record<string, unknown>>;

export interface Answer {
	readonly status: number;
	/** 2xx. */
	readonly ok: boolean;
	/** The parsed body; an empty object when there is none. */
	readonly body: Values;
	/** Of a list. */
	readonly items: readonly Values[];
	/** Of a record. */
	readonly id: string;
}
export interface SeenEvent {
	readonly action: string;
	readonly record: Values;
}

export type Upload = readonly [name: string, bytes: Buffer];
const isOne = (value: Upload | readonly Upload[]): value is Upload => typeof value[0] === 'string';

type Query = Readonly<Record<string, string>>;
export interface Client {
	readonly list: (collection: string, query?: Query) => Promise<Answer>;
	readonly view: (collection: string, id: string, query?: Query) => Promise<Answer>;
	readonly create: (collection: string, body: Values) => Promise<Answer>;
	/** A create with files, each as its name and bytes; with an id, a change. */
	upload(
		collection: string,
		body: Readonly<Record<string, string | Upload | readonly Upload[]>>,
		id?: string,
	): Promise<Answer>;
	readonly update: (collection: string, id: string, body: Values) => Promise<Answer>;
	readonly remove: (collection: string, id: string) => Promise<Answer>;
	/** Status of a download. @param withToken a file token is asked for first and sent along */
	file(collection: string, id: string, name: string, withToken?: boolean): Promise<number>;
	/** What a subscription is told while `body` runs, and a moment longer. */
	events(topics: readonly string[], body: () => Promise<unknown>): Promise<readonly SeenEvent[]>;
}

/** An app's draft as a grader asks it: real requests to its host. */
export interface World {
	readonly as: (who: Identity) => Client;
	/** What a browser of that person keeps: the SDK's own form. */
	readonly session: (who: Person) => Promise<{ readonly token: string; readonly record: Values }>;
	/** The id of one of the people. */
	readonly idOf: (who: Person) => Promise<string>;
	/** Sets fields of a person as the operator would, whatever the rules say. */
	readonly setUser: (who: Person, values: Values) => Promise<void>;
	/** Notes a failure in words, unless it holds. */
	readonly check: (words: string, holds: boolean) => void;
	readonly failures: readonly string[];
}

const password = 'a long enough password';
/** Milliseconds a subscription is listened to after the last act. */
const quiet = 150;
/** Hashing takes 50 ms; all people of all worlds share one hash. */
let hashed: Promise<Awaited<ReturnType<typeof hashSubmitted>>> | undefined;

export function createWorld(tinykit: Installation, slug: string): World {
	const fetch = hostFetch();
	const base = `http://${slug}--draft.localhost:${String(tinykit.port)}/_pb/api`;
	const failures: string[] = [];
	const made = new Map<Identity, Promise<{ readonly id: string; readonly token: string }>>();

	const account = (who: Exclude<Identity, 'anonymous'>) => {
		const known = made.get(who);
		if (known) return known;
		const account = tinykit.runtime.backends.use(slug, 'draft', (backend) => sign(backend, who));
		made.set(who, account);
		return account;
	};
	const headersOf = async (who: Identity): Promise<Record<string, string>> =>
		who === 'anonymous' ? {} : { authorization: (await account(who)).token };

	const ask = async (
		who: Identity,
		method: string,
		path: string,
		body?: Values | FormData,
	): Promise<Answer> => {
		const isForm = body instanceof FormData;
		const response = await fetch(base + path, {
			method,
			headers: {
				...(await headersOf(who)),
				...(body && !isForm && { 'content-type': 'application/json' }),
			},
			...(body && { body: isForm ? body : JSON.stringify(body) }),
		});
		const text = await response.text();
		const parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
		return {
			status: response.status,
			ok: response.ok,
			body: parsed,
			items: Array.isArray(parsed['items']) ? (parsed['items'] as Values[]) : [],
			id: typeof parsed['id'] === 'string' ? parsed['id'] : '',
		};
	};

	const recordsOf = (collection: string, id = '', query: Query = {}): string => {
		const search = new URLSearchParams(query).toString();
		const record = id === '' ? '' : `/${encodeURIComponent(id)}`;
		return `/collections/${collection}/records${record}${search === '' ? '' : `?${search}`}`;
	};

	const clientOf = (who: Identity): Client => ({
		list: (collection, query) => ask(who, 'GET', recordsOf(collection, '', query)),
		view: (collection, id, query) => ask(who, 'GET', recordsOf(collection, id || 'none', query)),
		create: (collection, body) => ask(who, 'POST', recordsOf(collection), body),
		upload(collection, body, id) {
			const form = new FormData();
			for (const [name, value] of Object.entries(body))
				if (typeof value === 'string') form.append(name, value);
				else
					for (const [fileName, bytes] of isOne(value) ? [value] : value)
						form.append(name, new Blob([new Uint8Array(bytes)]), fileName);
			return ask(who, id === undefined ? 'POST' : 'PATCH', recordsOf(collection, id), form);
		},
		update: (collection, id, body) => ask(who, 'PATCH', recordsOf(collection, id || 'none'), body),
		remove: (collection, id) => ask(who, 'DELETE', recordsOf(collection, id || 'none')),
		async file(collection, id, name, withToken = false) {
			const token = withToken ? (await ask(who, 'POST', '/files/token')).body['token'] : '';
			const query = typeof token === 'string' && token !== '' ? `?token=${token}` : '';
			const url = `${base}/files/${collection}/${id}/${encodeURIComponent(name)}${query}`;
			const response = await fetch(url, { headers: await headersOf(who) });
			await response.arrayBuffer();
			return response.status;
		},
		async events(topics, body) {
			const stop = new AbortController();
			const stream = await fetch(`${base}/realtime`, { signal: stop.signal });
			const seen: SeenEvent[] = [];
			let begin: (clientId: string) => void = () => undefined;
			const connected = new Promise<string>((resolve) => (begin = resolve));
			const reading = readEvents(stream, (event, data) => {
				if (event === 'PB_CONNECT') begin(String(data['clientId']));
				else seen.push(data as unknown as SeenEvent);
			}).catch(() => undefined);
			const clientId = await connected;
			await ask(who, 'POST', '/realtime', { clientId, subscriptions: topics });
			await body();
			await new Promise((resolve) => setTimeout(resolve, quiet));
			stop.abort();
			await reading;
			return seen;
		},
	});

	return {
		as: clientOf,
		async session(who) {
			const { id, token } = await account(who);
			return { token, record: (await clientOf(who).view('users', id)).body };
		},
		idOf: async (who) => (await account(who)).id,
		async setUser(who, values) {
			const { id } = await account(who);
			const reply = await ask('superuser', 'PATCH', recordsOf('users', id), values);
			if (!reply.ok) failures.push(`users has no ${Object.keys(values).join(', ')}`);
		},
		check(words, holds) {
			if (!holds && !failures.includes(words)) failures.push(words);
		},
		failures,
	};
}

/** Makes an account and a token of it, without the way over a login form. */
async function sign(
	{ app }: Backend,
	who: Exclude<Identity, 'anonymous'>,
): Promise<{ readonly id: string; readonly token: string }> {
	const users = app.catalog.find('users');
	const collection = who === 'superuser' ? app.catalog.find('_superusers') : users;
	if (!users || !collection) throw new Error('the app has no people');
	hashed ??= hashSubmitted(users, { password });
	const hash = (await hashed).get('password') ?? password;
	const email = `${who}@example.com`;
	// One who made the records that were there before is there too.
	const record =
		(await findRecordBy(app, collection, 'email', email)) ??
		(await app.store.write((tx) =>
			saveRecord(app, tx, { collection, values: { email, password: hash, verified: true } }),
		));
	return { id: String(record.data['id']), token: await issueToken(record, 'auth', new Date()) };
}

/** Reads server-sent events until the stream ends. */
async function readEvents(
	stream: Response,
	onEvent: (event: string, data: Readonly<Record<string, unknown>>) => void,
): Promise<void> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const chunk of stream.body ?? []) {
		rest += decoder.decode(chunk, { stream: true });
		for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
			const lines = rest.slice(0, end).split('\n');
			rest = rest.slice(end + 2);
			const field = (name: string): string =>
				lines
					.find((line) => line.startsWith(`${name}:`))
					?.slice(name.length + 1)
					.trim() ?? '';
			const data = field('data');
			if (data !== '') onEvent(field('event'), JSON.parse(data) as Record<string, unknown>);
		}
	}
}
