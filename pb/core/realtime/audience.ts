import type { Collection, Rule } from '../collections/types.ts';
import type { AuthRecord } from '../records/record.ts';
import type { Connection } from './connection.ts';
import type { Subscription } from './subscription.ts';

/** Everyone who gets the very same event: same subscription text, same rule, same rights. */
export interface Group {
	readonly subscription: Subscription;
	readonly rule: Rule;
	/** Whose rights count; undefined also where it does not matter whose. */
	readonly auth: AuthRecord | undefined;
	readonly members: readonly Connection[];
}

interface Entry {
	readonly subscription: Subscription;
	readonly members: Set<Connection>;
}

/** Who listens to what, indexed by topic: an event costs by its listeners, not by all open streams. */
export class Audience {
	readonly #topics = new Map<string, Map<string, Entry>>();
	readonly #byConnection = new Map<Connection, readonly Subscription[]>();

	get size(): number {
		return this.#byConnection.size;
	}

	of(connection: Connection): readonly Subscription[] {
		return this.#byConnection.get(connection) ?? [];
	}

	set(connection: Connection, subscriptions: readonly Subscription[]): void {
		this.remove(connection);
		if (subscriptions.length === 0) return;
		this.#byConnection.set(connection, subscriptions);
		for (const subscription of subscriptions) {
			const { name, topic } = subscription;
			let entries = this.#topics.get(topic);
			if (!entries) this.#topics.set(topic, (entries = new Map<string, Entry>()));
			const entry = entries.get(name) ?? { subscription, members: new Set() };
			entries.set(name, entry);
			entry.members.add(connection);
		}
	}

	remove(connection: Connection): void {
		for (const { name, topic } of this.#byConnection.get(connection) ?? []) {
			const entries = this.#topics.get(topic);
			const entry = entries?.get(name);
			entry?.members.delete(connection);
			if (entry?.members.size === 0) entries?.delete(name);
			if (entries?.size === 0) this.#topics.delete(topic);
		}
		this.#byConnection.delete(connection);
	}

	/** The groups that may be told about a record. */
	groups(collection: Collection, id: string): Group[] {
		const groups: Group[] = [];
		for (const name of [collection.name, collection.id]) {
			this.#collect(groups, `${name}/${id}`, collection.viewRule, collection);
			this.#collect(groups, `${name}/*`, collection.listRule, collection);
			// The form of old clients.
			this.#collect(groups, name, collection.listRule, collection);
		}
		return groups;
	}

	#collect(groups: Group[], topic: string, rule: Rule, collection: Collection): void {
		for (const { subscription, members } of this.#topics.get(topic)?.values() ?? []) {
			const byAuth = new Map<string, Connection[]>();
			for (const member of members) {
				const key = rightsOf(member.auth, rule, collection, subscription);
				const list = byAuth.get(key);
				if (list) list.push(member);
				else byAuth.set(key, [member]);
			}
			for (const [key, list] of byAuth) {
				const auth = key === anyone ? undefined : list[0]?.auth;
				groups.push({ subscription, rule, auth, members: list });
			}
		}
	}
}

const anyone = 'anyone';

/**
 * A key that is equal only for listeners who see the same. Whoever is signed in does not matter when neither the
 * rule nor the shape of the answer looks at it.
 */
function rightsOf(
	auth: AuthRecord | undefined,
	rule: Rule,
	collection: Collection,
	{ query }: Subscription,
): string {
	if (auth?.isSuperuser) return 'superuser';
	const looksAtAuth =
		collection.type === 'auth' ||
		rule?.includes('@request.auth') === true ||
		query['filter'] !== undefined ||
		query['expand'] !== undefined;
	if (!looksAtAuth) return anyone;
	return auth ? `${auth.collection.id}/${String(auth.data['id'])}` : 'guest';
}
