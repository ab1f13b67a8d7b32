import { badRequest } from '../errors.ts';

export interface ListQuery {
	/** From 1. */
	readonly page: number;
	/** 1 to 1,000. */
	readonly perPage: number;
	readonly skipTotal: boolean;
	readonly sort: string;
	readonly filter: string;
}

const defaultPerPage = 30;
/** Records of a page at most. */
export const maxPerPage = 1000;

/**
 * Reads `page`, `perPage`, `skipTotal`, `sort` and `filter` of a query string (tools/search/provider.go).
 * @throws ApiError 400 for a number or boolean that is none.
 */
export function parseListQuery(query: { get(name: string): string | null | undefined }): ListQuery {
	const perPage = parseWhole(query.get('perPage'), 0);
	return {
		page: Math.max(1, parseWhole(query.get('page'), 1)),
		perPage: perPage <= 0 ? defaultPerPage : Math.min(perPage, maxPerPage),
		skipTotal: parseBool(query.get('skipTotal')),
		sort: query.get('sort') ?? '',
		filter: query.get('filter') ?? '',
	};
}

/** Go's strconv.Atoi. */
function parseWhole(raw: string | null | undefined, fallback: number): number {
	if (raw === null || raw === undefined || raw === '') return fallback;
	const value = Number(raw);
	if (!/^[+-]?\d+$/.test(raw) || Math.abs(value) >= 2 ** 63) throw badRequest();
	return Math.max(-1, Math.min(value, Number.MAX_SAFE_INTEGER));
}

/** Go's strconv.ParseBool. */
function parseBool(raw: string | null | undefined): boolean {
	if (raw === null || raw === undefined || raw === '') return false;
	if (/^(?:1|t|T|true|TRUE|True)$/.test(raw)) return true;
	if (/^(?:0|f|F|false|FALSE|False)$/.test(raw)) return false;
	throw badRequest();
}
