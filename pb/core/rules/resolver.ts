import {
	all,
	collapse,
	compareOperands,
	conditionOperand,
	FilterError,
	flag,
	literal,
	nothing,
	quoted,
	type FieldResolver,
	type Join,
	type Operand,
} from '../../filter/index.ts';
import type { Catalog, Collection } from '../collections/types.ts';
import { castString, castStringList, goJson, isMultiple, type Field } from '../fields/index.ts';
import type { RequestInfo } from '../request-info.ts';
import { param, slot } from '../../sql/index.ts';
import { itemOperand } from './columns.ts';
import { everyRecordOf, givenValues, recordsById } from './joins.ts';
import { Later } from './later.ts';
import { followPath, type PathContext, type PathStart } from './path.ts';
import { itemsOf, lowerAscii, requestOperand, splitModifier } from './request-values.ts';

/** The forms a name may have (core/record_field_resolver.go). */
const ALLOWED = [
	/^\w+[\w.:]*$/,
	/^@request\.(?:context|method)$/,
	/^@request\.(?:auth|body|query|headers)\.[\w.:]*\w+$/,
	/^@collection\.\w+(?::\w+)?\.[\w.:]*\w+$/,
];

/** Parts of the signed-in record that the request already carries. */
const CARRIED =
	/^@request\.auth\.(?:id|collectionId|collectionName|email|emailVisibility|verified)$/;

export interface ResolverOptions {
	readonly catalog: Catalog;
	readonly collection: Collection;
	readonly request: RequestInfo;
	/** The row the rule is about: a joined one for the list rule of a crossed collection. */
	readonly row: Join | undefined;
	/** The row is a would-be one. */
	readonly isDraft: boolean;
}

/** Resolves the names of rules and filters against the catalog and a request. */
export class CatalogResolver implements FieldResolver, PathContext {
	readonly catalog: Catalog;
	/** Turned off for what a client wrote. */
	isTrusted = true;
	readonly #options: ResolverOptions;
	readonly #joins = new Map<string, Join>();
	readonly #crossed = new Map<Join, Collection>();

	constructor(options: ResolverOptions) {
		this.catalog = options.catalog;
		this.#options = options;
	}

	/** Collections that a client's filter reads, whose list rule therefore has to hold for the row read. */
	get crossed(): ReadonlyMap<Join, Collection> {
		return this.#crossed;
	}

	join(key: string, target: Collection | undefined, create: () => Join): Join {
		if (target && !this.isTrusted && target.listRule === null)
			throw new FilterError(
				'hidden',
				`${quoted(target.name)} fields can be accessed only when allowHiddenFields is enabled or by superusers`,
			);
		let join = this.#joins.get(key);
		if (!join) {
			join = create();
			this.#joins.set(key, join);
		}
		if (target && !this.isTrusted) this.#crossed.set(join, target);
		return join;
	}

	resolve(name: string): Operand {
		if (!ALLOWED.some((form) => form.test(name)))
			throw new FilterError('unresolved', `failed to resolve field ${quoted(name)}`);
		const props = name.split('.');
		switch (props[0]) {
			case '@collection':
				return this.#collectionField(name, props);
			case '@request':
				return this.#requestField(name, props);
			default: {
				const operand = collapse(followPath(this.#base(), props, this));
				const root = this.#options.row;
				return root ? { ...operand, root } : operand;
			}
		}
	}

	#base(): PathStart {
		const { collection, row, isDraft } = this.#options;
		return { place: { collection, join: row, isDraft, every: false }, key: '', isLenient: false };
	}

	#collectionField(name: string, props: readonly string[]): Operand {
		if (props.length < 3)
			throw new FilterError('unresolved', `invalid @collection field path in ${quoted(name)}`);
		const [idOrName = '', alias = ''] = (props[1] ?? '').split(':', 2);
		const collection = this.catalog.find(idOrName);
		if (!collection)
			throw new FilterError(
				'unresolved',
				`failed to load collection ${quoted(props[1] ?? '')} from field path ${quoted(name)}`,
			);
		const key = `@collection ${collection.id} ${alias}`;
		const join = this.join(key, collection, () => everyRecordOf(collection));
		const place = { collection, join, isDraft: false, every: true };
		return followPath({ place, key, isLenient: false }, props.slice(2), this);
	}

	#requestField(name: string, props: readonly string[]): Operand {
		const { request, collection } = this.#options;
		if (props[1] === 'auth' && !CARRIED.test(name)) return this.#authField(props.slice(2));
		if (props[1] === 'body') {
			const { name: key, modifier } = splitModifier(props[2] ?? '');
			const field = collection.fields.find((candidate) => candidate.name === key);
			if (field?.type === 'relation' && props.length > 3)
				return this.#bodyRecords(field.collectionId, field, props.slice(3));
			if (field && props.length === 3) {
				const value = valueOf(request.body, field.name);
				if (modifier === 'each') return this.#bodyItems(field, value);
				if (modifier === 'length') return bodyLength(field, value);
				if (modifier === 'lower') return literal(lowerAscii(castString(value)), 'text');
				if (modifier === 'changed') return this.#bodyChanged(field);
			}
		}
		return requestOperand(props.slice(1), request, collection);
	}

	#authField(props: readonly string[]): Operand {
		const auth = this.#options.request.auth;
		if (!auth) return nothing();
		const collection = this.catalog.find(auth.collection.id) ?? auth.collection;
		const { id } = auth.data;
		const node = id instanceof Later ? slot(id.slot) : param(castString(id));
		const key = `@request.auth ${collection.id}`;
		const join = this.join(key, collection, () => recordsById(collection, [node]));
		const place = { collection, join, isDraft: false, every: false };
		return collapse(followPath({ place, key, isLenient: true }, props, this));
	}

	/** `@request.body.<relation>.<path>`: the records that the body names. */
	#bodyRecords(collectionId: string, field: Field, props: readonly string[]): Operand {
		const collection = this.catalog.find(collectionId);
		if (!collection)
			throw new FilterError(
				'unresolved',
				`failed to load collection ${quoted(collectionId)} from data field ${quoted(field.name)}`,
			);
		const ids = castStringList(valueOf(this.#options.request.body, field.name));
		if (ids.length === 0) return nothing();
		const key = `@request.body.${field.name}`;
		const join = this.join(key, collection, () => recordsById(collection, ids.map(param)));
		const place = { collection, join, isDraft: false, every: isMultiple(field) };
		return collapse(followPath({ place, key, isLenient: true }, props, this));
	}

	#bodyItems(field: Field, value: unknown): Operand {
		requireList(field);
		const join = this.join(`@request.body.${field.name}[]`, undefined, () =>
			givenValues(goJson(itemsOf(value))),
		);
		return itemOperand(join, isMultiple(field), true);
	}

	/** The body sets the field to something else than it is. */
	#bodyChanged(field: Field): Operand {
		const given = this.resolve(`@request.body.${field.name}`);
		const isSet = this.resolve(`@request.body.${field.name}:isset`);
		const always = { sign: '=', any: false } as const;
		return conditionOperand(
			all([
				compareOperands(always, isSet, flag(true)),
				compareOperands({ sign: '!=', any: false }, given, this.resolve(field.name)),
			]),
		);
	}
}

const valueOf = (body: Readonly<Record<string, unknown>>, name: string): unknown =>
	Object.hasOwn(body, name) ? body[name] : undefined;

function requireList(field: Field): void {
	if (field.type !== 'select' && field.type !== 'file' && field.type !== 'relation')
		throw new FilterError(
			'unresolved',
			`field ${quoted(field.name)} doesn't support multivalue operations`,
		);
}

function bodyLength(field: Field, value: unknown): Operand {
	requireList(field);
	return literal(itemsOf(value).length, 'int');
}
