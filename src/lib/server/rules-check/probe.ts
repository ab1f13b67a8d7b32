import type { PlainCollection, PlainField } from '../schema/index.ts';
import { changed, distinct, idsIn, passed, read, same, type Body } from './bodies.ts';
import { isPersonField, ownerField } from './ownership.ts';
import type { ProbeContext, Probed, Sighting, Trial } from './probed.ts';
import { canaryPattern } from './states.ts';
import type { Identity, StateRow } from './types.ts';

const idOf = (collection: PlainCollection): string => collection.id ?? collection.name;
const pathOf = (collection: PlainCollection, rest = ''): string =>
	`/api/collections/${collection.name}/records${rest}`;
const isPerson = (identity: Identity): identity is Extract<Identity, { kind: 'person' }> =>
	identity.kind === 'person';

/** Tries all doors of one collection with every identity; the clone is as before afterwards. */
export async function probeCollection(
	collection: PlainCollection,
	context: ProbeContext,
): Promise<Probed> {
	const probe = new Probe(collection, context);
	const isView = collection.type === 'view';
	const reading = {
		list: await probe.list(),
		view: await probe.view(),
		files: await probe.files(),
	};
	const none = { create: [], update: [], delete: [], forged: [], moved: [], promoted: [] };
	return {
		collection,
		owner: probe.owner,
		...reading,
		...(isView
			? none
			: {
					...(await probe.create()),
					...(await probe.update()),
					delete: await probe.remove(),
				}),
	};
}

class Probe {
	readonly owner: PlainField | undefined;
	readonly #collection: PlainCollection;
	readonly #context: ProbeContext;
	readonly #rows: readonly StateRow[];

	constructor(collection: PlainCollection, context: ProbeContext) {
		this.#collection = collection;
		this.#context = context;
		this.owner = ownerField(collection, context.bench.collections);
		this.#rows = context.states.rows.filter(
			(row) => row.collection === idOf(collection) && context.present.has(row.id),
		);
	}

	async #send(as: Identity, method: string, path: string, body?: Body) {
		const reply = await this.#context.bench.send(as, method, path, body);
		const sent = body === undefined ? '' : ` ${JSON.stringify(body).slice(0, 200)}`;
		const who = as.kind === 'visitor' ? 'a visitor' : as.label;
		return {
			...reply,
			request: this.#readable(`${method} ${path}${sent} as ${who} -> ${String(reply.status)}`),
		};
	}

	/** Ids of the states say nothing to people. */
	#readable(request: string): string {
		return request.replaceAll(/tk[0-9a-z]{13}/g, (id) => {
			const { people, rows } = this.#context.states;
			const person = people.find((each) => each.id === id);
			const row = rows.find((each) => each.id === id);
			return person ? `<${person.label}>` : row ? `<record of ${row.owner}>` : id;
		});
	}

	#note(
		as: Identity,
		text: string,
		door: Sighting['door'],
		request: string,
		skip?: ReadonlySet<string>,
	): void {
		for (const canary of new Set(text.match(canaryPattern) ?? [])) {
			const found = this.#context.states.canaries.get(canary);
			if (!found || skip?.has(found.row.id)) continue;
			this.#context.saw({ as, ...found, through: this.#collection.name, door, request });
		}
	}

	async list(): Promise<Trial[]> {
		const trials: Trial[] = [];
		const expand = this.#expands();
		for (const as of this.#context.identities) {
			const path = pathOf(this.#collection, '?perPage=500');
			const reply = await this.#send(as, 'GET', path);
			const ids = reply.status === 200 ? idsIn(reply.text) : new Set<string>();
			if (reply.status === 200) this.#note(as, reply.text, 'list', reply.request);
			const rows = this.#rows.map((row) => ({ as, row, allowed: ids.has(row.id) }));
			trials.push(...rows.map((trial) => ({ ...trial, request: reply.request })));
			// Rows of a view are not ours to know.
			if (this.#collection.type === 'view')
				trials.push({ as, row: undefined, allowed: ids.size > 0, request: reply.request });
			if (ids.size === 0 || expand === '') continue;
			const expanded = await this.#send(as, 'GET', `${path}&expand=${expand}`);
			if (expanded.status === 200)
				this.#note(as, expanded.text, 'expand', expanded.request, new Set(ids));
		}
		return trials;
	}

	/** Relations, those that point here, and theirs. */
	#expands(): string {
		const { collections } = this.#context.bench;
		const relations = (of: PlainCollection): [string, PlainCollection | undefined][] => [
			...of.fields
				.filter(({ type }) => type === 'relation')
				.map((field): [string, PlainCollection | undefined] => [
					field.name,
					collections.find(({ id }) => id === field['collectionId']),
				]),
			...collections.flatMap((other) =>
				other.system === true || other.type === 'view'
					? []
					: other.fields
							.filter((field) => field.type === 'relation' && field['collectionId'] === of.id)
							.map((field): [string, PlainCollection] => [
								`${other.name}_via_${field.name}`,
								other,
							]),
			),
		];
		const first = relations(this.#collection);
		const second = first.flatMap(([name, target]) =>
			target === undefined ? [] : relations(target).map(([next]) => `${name}.${next}`),
		);
		return [...first.map(([name]) => name), ...second].slice(0, 30).join(',');
	}

	async view(): Promise<Trial[]> {
		const trials: Trial[] = [];
		for (const as of this.#context.identities) {
			for (const row of this.#rows) {
				const reply = await this.#send(as, 'GET', pathOf(this.#collection, `/${row.id}`));
				if (reply.status === 200) this.#note(as, reply.text, 'view', reply.request);
				trials.push({ as, row, allowed: reply.status === 200, request: reply.request });
			}
		}
		return trials;
	}

	async files(): Promise<Trial[]> {
		const trials: Trial[] = [];
		for (const as of this.#context.identities) {
			if (as.kind === 'superuser') continue;
			const row = this.#rows.find(({ owner, files }) => owner === 'A' && files.length > 0);
			if (!row) break;
			const issued = isPerson(as) ? await this.#send(as, 'POST', '/api/files/token') : undefined;
			const issuedToken = issued?.status === 200 ? read(issued.text)['token'] : '';
			const token = typeof issuedToken === 'string' ? issuedToken : '';
			for (const { field, name } of row.files) {
				const path = `/api/files/${this.#collection.name}/${row.id}/${name}`;
				const reply = await this.#send(as, 'GET', token === '' ? path : `${path}?token=${token}`);
				const request = token === '' ? reply.request : reply.request.replace(token, '<file token>');
				trials.push({ as, row, allowed: reply.status === 200, request, only: [field] });
			}
		}
		return trials;
	}

	#variants(): readonly Body[] {
		return this.#context.states.variants.get(idOf(this.#collection)) ?? [{}];
	}

	/** The values of A's plain record, without what the server sets. */
	#content(fresh: boolean): Record<string, unknown> {
		const body: Record<string, unknown> = {};
		for (const field of this.#collection.fields) {
			if (field.system === true || field === this.owner || field['hidden'] === true) continue;
			const value = changed(field, fresh);
			if (value !== undefined) body[field.name] = value;
		}
		return body;
	}

	async create(): Promise<Pick<Probed, 'create' | 'forged'>> {
		const trials: Trial[] = [];
		const forged: Trial[] = [];
		const account = this.#collection.type === 'auth';
		for (const as of this.#context.identities) {
			if (as.kind === 'superuser') continue;
			const self = this.#owns(as);
			const owners: readonly Body[] =
				this.owner === undefined
					? [{}]
					: [...(self === undefined ? [] : [{ [this.owner.name]: self }]), {}];
			const others = this.#others(as);
			let best: Trial | undefined;
			for (const owned of owners) {
				best = await this.#create(as, { ...owned, ...others }, account);
				if (best.allowed) break;
			}
			if (best) trials.push(best);
			const victim = this.#victim(as);
			if (this.owner === undefined || victim === undefined) continue;
			const trial = await this.#create(as, { ...others, [this.owner.name]: victim }, account);
			if (trial.allowed) forged.push(trial);
		}
		return { create: trials, forged };
	}

	/** Other relations name who asks, or a record of theirs, so that rules about them are met. */
	#others(as: Identity): Body {
		const { collections } = this.#context.bench;
		const owner = isPerson(as) && !as.special ? as.label : 'A';
		const body: Record<string, unknown> = {};
		for (const field of this.#collection.fields) {
			if (field.type !== 'relation' || field === this.owner) continue;
			const isPersons = isPersonField(field, collections);
			const record = this.#context.states.rows.find(
				(row) => row.collection === field['collectionId'] && row.owner === owner,
			);
			const id = isPersons ? (isPerson(as) ? as.id : undefined) : record?.id;
			if (id !== undefined) body[field.name] = Number(field['maxSelect'] ?? 1) > 1 ? [id] : id;
		}
		return body;
	}

	async #create(as: Identity, extra: Body, account: boolean): Promise<Trial> {
		const secret = account
			? { email: 'zq-new@example.test', password: 'abcdefgh12', passwordConfirm: 'abcdefgh12' }
			: {};
		let last: Trial = { as, row: undefined, allowed: false, request: '' };
		for (const variant of this.#variants()) {
			const body = { ...this.#content(false), ...secret, ...variant, ...extra };
			const reply = await this.#send(as, 'POST', pathOf(this.#collection), body);
			last = { as, row: undefined, allowed: passed(reply), request: reply.request };
			if (reply.status === 200) await this.#context.reset();
			if (last.allowed) break;
		}
		return last;
	}

	/** Who `as` is to a record's owner field; undefined when the field holds people of another collection. */
	#owns(as: Identity): string | undefined {
		return isPerson(as) && this.#isTarget(as) ? as.id : undefined;
	}

	#isTarget(person: Extract<Identity, { kind: 'person' }>): boolean {
		const target = this.#context.bench.collections.find(({ name }) => name === person.collection);
		return target?.id !== undefined && target.id === this.owner?.['collectionId'];
	}

	/** Somebody else than who asks. */
	#victim(as: Identity): string | undefined {
		const wanted = as.label === 'A' ? 'B' : 'A';
		return this.#context.states.people.find(
			(person) => person.label === wanted && this.#isTarget(person),
		)?.id;
	}

	async update(): Promise<Pick<Probed, 'update' | 'moved' | 'promoted'>> {
		const trials: Trial[] = [];
		const moved: Trial[] = [];
		for (const as of this.#context.identities) {
			if (as.kind === 'superuser') continue;
			for (const row of this.#rows) trials.push(await this.#update(as, row));
			const mine = this.#rows.find(
				(row) =>
					isPerson(as) && !as.special && row.owner === as.label && this.#owns(as) !== undefined,
			);
			const victim = this.#victim(as);
			if (!mine || victim === undefined || this.owner === undefined) continue;
			moved.push(...(await this.#move(as, mine, this.owner.name, victim)));
		}
		return { update: trials, moved, promoted: await this.#promote() };
	}

	async #update(as: Identity, row: StateRow): Promise<Trial> {
		const path = pathOf(this.#collection, `/${row.id}`);
		const content = this.#content(true);
		const self = this.#owns(as);
		const kept = this.owner === undefined ? undefined : row.values[this.owner.name];
		const owners =
			this.owner === undefined ? [] : [self, kept].filter((each) => each !== undefined);
		const owned = owners.map((each): Body => ({ [this.owner?.name ?? '']: each }));
		const bodies: Body[] = [
			content,
			...owned.map((each) => ({ ...content, ...each })),
			...this.#variants().map((variant) => ({ ...content, ...variant })),
		];
		let request = '';
		for (const body of distinct(bodies)) {
			const reply = await this.#send(as, 'PATCH', path, body);
			request = reply.request;
			if (reply.status === 200) await this.#context.reset();
			if (passed(reply)) return { as, row, allowed: true, request };
		}
		// A narrow door: a rule may let everybody change one field only.
		const only: string[] = [];
		const isFirst = this.#rows.find(({ owner }) => owner === row.owner) === row;
		if (isFirst && Object.keys(content).length > 1) {
			for (const [name, value] of Object.entries(content).slice(0, 8)) {
				const reply = await this.#send(as, 'PATCH', path, { [name]: value });
				if (reply.status === 200) await this.#context.reset();
				if (!passed(reply)) continue;
				only.push(name);
				request = reply.request;
			}
		}
		return { as, row, allowed: only.length > 0, request, ...(only.length > 0 && { only }) };
	}

	async #move(as: Identity, row: StateRow, field: string, victim: string): Promise<Trial[]> {
		const path = pathOf(this.#collection, `/${row.id}`);
		for (const body of [{ [field]: victim }, { ...this.#content(true), [field]: victim }]) {
			const reply = await this.#send(as, 'PATCH', path, body);
			if (reply.status === 200) await this.#context.reset();
			const isMoved = reply.status === 200 && read(reply.text)[field] === victim;
			if (isMoved) return [{ as, row, allowed: true, request: reply.request }];
		}
		return [];
	}

	async #promote(): Promise<(Trial & { field: string })[]> {
		const found: (Trial & { field: string })[] = [];
		const id = idOf(this.#collection);
		const self = this.#rows.find(({ owner }) => owner === 'A');
		const a = this.#context.states.people.find(
			({ label, collection }) => label === 'A' && collection === this.#collection.name,
		);
		if (!self || !a) return found;
		const privileges = this.#context.states.privileges.filter(
			({ collection }) => collection === id,
		);
		for (const { field, value } of privileges) {
			const path = pathOf(this.#collection, `/${self.id}`);
			const reply = await this.#send(a, 'PATCH', path, { [field]: value });
			if (reply.status === 200) {
				const isSet = same(read(reply.text)[field], value);
				if (isSet) found.push({ as: a, row: self, allowed: true, request: reply.request, field });
				await this.#context.reset();
			}
			const visitor = this.#context.identities.find(({ kind }) => kind === 'visitor');
			if (!visitor) continue;
			const secret = { password: 'abcdefgh12', passwordConfirm: 'abcdefgh12' };
			const content = { ...this.#content(false), email: 'zq-new@example.test', ...secret };
			const body = { ...content, [field]: value };
			const created = await this.#send(visitor, 'POST', pathOf(this.#collection), body);
			if (created.status !== 200) continue;
			if (same(read(created.text)[field], value))
				found.push({ as: visitor, row: undefined, allowed: true, request: created.request, field });
			await this.#context.reset();
		}
		return found;
	}

	async remove(): Promise<Trial[]> {
		const trials: Trial[] = [];
		for (const as of this.#context.identities) {
			if (as.kind === 'superuser') continue;
			for (const row of this.#rows) {
				const reply = await this.#send(as, 'DELETE', pathOf(this.#collection, `/${row.id}`));
				const allowed = reply.status === 204 || reply.status === 400;
				if (reply.status === 204) await this.#context.reset();
				trials.push({ as, row, allowed, request: reply.request });
			}
		}
		return trials;
	}
}
