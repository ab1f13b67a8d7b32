import type { Core } from '../core.ts';
import { pickFields } from '../picker/index.ts';
import { enrichRecords } from '../records/index.ts';
import type { StoredRecord } from '../records/record.ts';
import type { RequestInfo } from '../request-info.ts';
import { Audience, type Group } from './audience.ts';
import { Connection, formatEvent } from './connection.ts';
import { mayReceive } from './may-receive.ts';
import { parseSubscription } from './subscription.ts';
import type { RealtimeHub, RecordAction } from './types.ts';

export interface HubOptions {
	/** The backend's core; a function, because the core holds the hub. */
	readonly core: () => Core;
	/** JSON text of an event's data; the wire format is the API's business. */
	readonly encode: (value: unknown) => string;
}

/** Events that may wait for their rules; beyond it listeners are sent away, to come back and read anew. */
const maxPending = 10_000;

type Send = () => void;

/**
 * Creates the hub. Each event is judged once per distinct subscription, rule and rights, by the same rule pipeline as
 * a request, and encoded once; events leave in the order of their commits.
 */
export function createRealtimeHub({ core, encode }: HubOptions): RealtimeHub {
	const connections = new Map<string, Connection>();
	const audience = new Audience();
	let last: Promise<void> = Promise.resolve();
	let pending = 0;

	const inOrder = (work: () => Promise<Send> | Send): Promise<void> => {
		if (pending >= maxPending) {
			closeAll();
			return Promise.resolve();
		}
		pending += 1;
		last = last
			.then(work)
			.then((send) => send())
			.catch((error: unknown) =>
				core().log.write(4, 'Failed to broadcast a record event', { error: String(error) }),
			)
			.finally(() => (pending -= 1));
		return last;
	};

	const prepare = async (action: RecordAction, record: StoredRecord): Promise<Send> => {
		const id = String(record.data['id']);
		const sends: Send[] = [];
		for (const group of audience.groups(record.collection, id)) {
			const event = await eventFor(core(), action, record, group, encode);
			if (event !== undefined)
				sends.push(() => {
					for (const member of group.members) if (isStill(member, group)) member.send(event);
				});
		}
		return () => {
			for (const send of sends) send();
		};
	};

	const refreshAuth = (record: StoredRecord, isGone: boolean): void => {
		for (const connection of connections.values()) {
			const { auth } = connection;
			if (!auth || !isSame(auth, record)) continue;
			const isRevoked = isGone || auth.data['tokenKey'] !== record.data['tokenKey'];
			connection.auth = isRevoked ? undefined : { ...auth, ...record };
		}
	};

	const closeAll = (): void => {
		for (const connection of connections.values()) connection.close();
	};

	return {
		get hasSubscribers() {
			return connections.size > 0;
		},
		publish(action, record) {
			if (record.collection.type === 'auth' && action !== 'create') refreshAuth(record, false);
			return audience.size > 0 ? inOrder(() => prepare(action, record)) : undefined;
		},
		async prepareDelete(record) {
			const send = audience.size > 0 ? await prepare('delete', record) : undefined;
			return () => {
				// The deleted one still hears of it: the event was judged with the rights of before.
				if (send) void inOrder(() => send);
				if (record.collection.type === 'auth') void inOrder(() => () => refreshAuth(record, true));
			};
		},
		connect(ip) {
			const connection = new Connection(core().random.text(40), ip, (closed) => {
				connections.delete(closed.id);
				audience.remove(closed);
			});
			connections.set(connection.id, connection);
			connection.send(formatEvent('PB_CONNECT', `{"clientId":"${connection.id}"}`));
			return connection;
		},
		find: (id) => connections.get(id),
		subscribe({ id }, auth, subscriptions) {
			const connection = connections.get(id);
			if (!connection) return;
			connection.auth = auth;
			const names = new Set(subscriptions.filter((name) => name !== ''));
			audience.set(connection, [...names].map(parseSubscription));
		},
		answer({ id }, topic, data) {
			const connection = connections.get(id);
			const subscriptions = connection ? audience.of(connection) : [];
			if (!connection || !subscriptions.some(({ name }) => name === topic)) return false;
			audience.set(
				connection,
				subscriptions.filter(({ name }) => name !== topic),
			);
			connection.send(formatEvent(topic, encode(data)));
			return true;
		},
		signOut(collection) {
			for (const connection of connections.values())
				if (connection.auth?.collection.id === collection.id) connection.auth = undefined;
		},
		close: closeAll,
	};
}

const isSame = (a: StoredRecord, b: StoredRecord): boolean =>
	a.data['id'] === b.data['id'] && a.collection.id === b.collection.id;

/** Rights may have been taken while the rules were read. */
const isStill = (member: Connection, { auth }: Group): boolean =>
	auth === undefined || (member.auth !== undefined && isSame(member.auth, auth));

async function eventFor(
	core: Core,
	action: RecordAction,
	record: StoredRecord,
	group: Group,
	encode: (value: unknown) => string,
): Promise<string | undefined> {
	const { subscription, auth } = group;
	const info: RequestInfo = {
		context: 'realtime',
		method: 'GET',
		headers: subscription.headers,
		query: subscription.query,
		body: {},
		auth,
	};
	if (!(await mayReceive(core, record, group.rule, info))) return undefined;
	const [wire] = await enrichRecords(core, info, [record]);
	const fields = subscription.query['fields'];
	return formatEvent(
		subscription.name,
		encode({ action, record: fields ? pickOrAll(wire, fields) : wire }),
	);
}

/** A broken `fields` sends everything that may be seen, as PocketBase does; there is nobody to answer 400 to. */
function pickOrAll(wire: unknown, fields: string): unknown {
	try {
		return pickFields(wire, fields);
	} catch {
		return wire;
	}
}
