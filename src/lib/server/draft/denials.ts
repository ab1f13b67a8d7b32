import { ident, sql, type Backend } from '../backends.ts';

const actions: Readonly<Record<string, readonly [all: string, one: string]>> = {
	GET: ['listRule', 'viewRule'],
	POST: ['createRule', 'createRule'],
	PATCH: ['', 'updateRule'],
	DELETE: ['', 'deleteRule'],
};

/**
 * The rule that refused a request of the log, as it stands now. A refusal looks like a record that is not there; it is
 * told apart by looking whether it is.
 * @param data of a log entry of a request
 */
export async function deniedBy(
	backend: Backend,
	data: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
	const { url, method, status, details } = data;
	if (typeof url !== 'string' || typeof method !== 'string') return undefined;
	const [, name = '', id] = /^\/api\/collections\/([^/?]+)\/records(?:\/([^/?]+))?/.exec(url) ?? [];
	const collection = name === '' ? undefined : backend.app.catalog.find(decode(name));
	const rule = actions[method]?.[id === undefined ? 0 : 1];
	if (!collection || rule === undefined || rule === '') return undefined;
	const text = ruleOf(collection, rule);
	const said = `${collection.name}.${rule}: ${text === null ? 'nobody but superusers' : text}`;
	if (status === 403) return said;
	// Checks of values say which field; the rule says nothing.
	if (status === 400 && method === 'POST') return isSilent(details) ? said : undefined;
	if (status !== 404 || id === undefined || collection.type === 'view') return undefined;
	const there = await backend.app.store.get(
		sql`SELECT 1 FROM ${ident(collection.name)} WHERE id = ${decode(id)}`,
	);
	return there ? said : undefined;
}

const isSilent = (details: unknown): boolean =>
	details === null || details === undefined || details === '';

function ruleOf(collection: object, rule: string): string | null {
	const text = (collection as Readonly<Record<string, unknown>>)[rule];
	return typeof text === 'string' ? text : null;
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
