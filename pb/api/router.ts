import type { Route } from './types.ts';

export interface Match {
	readonly route: Route;
	readonly params: Readonly<Record<string, string>>;
}

interface Node {
	readonly literal: Map<string, Node>;
	/** The child for `{name}` segments. */
	any: Node | undefined;
	/** Routes ending here, by method. */
	readonly routes: Map<string, Compiled>;
	/** Routes ending in `{name...}` here, by method. */
	readonly rest: Map<string, Compiled>;
}

interface Compiled {
	readonly route: Route;
	/** Parameter names in the order of their segments. */
	readonly names: readonly string[];
}

export interface Router {
	/**
	 * Finds the route of a method and a percent-encoded path; HEAD is answered by GET.
	 * A literal segment wins over `{name}`, and that over `{name...}`, as in Go's mux.
	 * `undefined` both for an unknown path and for a wrong method: PocketBase answers 404 to either.
	 */
	match(method: string, rawPath: string): Match | undefined;
}

const createNode = (): Node => ({
	literal: new Map(),
	any: undefined,
	routes: new Map(),
	rest: new Map(),
});

/** Builds the router of a table of routes. Throws when two routes have the same method and pattern. */
export function createRouter(routes: readonly Route[]): Router {
	const root = createNode();
	for (const route of routes) add(root, route);
	return {
		match(method, rawPath) {
			const segments = rawPath.split('/');
			// A path starts with '/', so the first piece is empty.
			if (segments[0] !== '') return undefined;
			const values: string[] = [];
			const found = walk(root, segments, 1, method === 'HEAD' ? 'GET' : method, values);
			if (!found) return undefined;
			const params: Record<string, string> = {};
			for (let i = 0; i < found.names.length; i++) {
				const value = decode(values[i] ?? '');
				if (value === undefined) return undefined;
				params[found.names[i] ?? ''] = value;
			}
			return { route: found.route, params };
		},
	};
}

function add(root: Node, route: Route): void {
	const names: string[] = [];
	let node = root;
	const segments = route.pattern.split('/').slice(1);
	for (const [i, segment] of segments.entries()) {
		const name = segment.startsWith('{') ? segment.slice(1, -1) : undefined;
		if (name?.endsWith('...')) {
			if (i !== segments.length - 1) throw new Error(`rest segment inside ${route.pattern}`);
			names.push(name.slice(0, -3));
			put(node.rest, route, names);
			return;
		}
		if (name === undefined) {
			const next = node.literal.get(segment) ?? createNode();
			node.literal.set(segment, next);
			node = next;
		} else {
			names.push(name);
			node = node.any ??= createNode();
		}
	}
	put(node.routes, route, names);
}

function put(table: Map<string, Compiled>, route: Route, names: readonly string[]): void {
	if (table.has(route.method)) throw new Error(`two routes for ${route.method} ${route.pattern}`);
	table.set(route.method, { route, names });
}

function walk(
	node: Node,
	segments: readonly string[],
	at: number,
	method: string,
	values: string[],
): Compiled | undefined {
	if (at === segments.length) return node.routes.get(method);
	const segment = segments[at] ?? '';
	const literal = node.literal.get(segment);
	if (literal) {
		const found = walk(literal, segments, at + 1, method, values);
		if (found) return found;
	}
	if (node.any && segment !== '') {
		const depth = values.length;
		values.push(segment);
		const found = walk(node.any, segments, at + 1, method, values);
		if (found) return found;
		values.length = depth;
	}
	const rest = node.rest.get(method);
	if (rest) values.push(segments.slice(at).join('/'));
	return rest;
}

/** Decodes one segment; an encoded slash stays inside it. `undefined` for a malformed escape. */
function decode(segment: string): string | undefined {
	if (!segment.includes('%')) return segment;
	try {
		return decodeURIComponent(segment);
	} catch {
		return undefined;
	}
}
