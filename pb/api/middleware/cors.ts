import type { ApiRequest } from '../types.ts';

type Headers = Record<string, string>;

/** Answers the headers of one request; preflights get the ones a browser asks for before it sends the real one. */
export type Cors = (request: ApiRequest) => Headers;

const methods = 'GET,HEAD,PUT,PATCH,POST,DELETE';

/**
 * PocketBase's CORS (apis/middlewares_cors.go): no credentials, so a foreign page gets what anyone gets.
 * @param origins `*`, exact origins, or patterns with `*` and `?`. An empty list sends no CORS headers at all.
 */
export function createCors(origins: readonly string[]): Cors {
	if (origins.length === 0) return () => ({});
	const open = origins.includes('*');
	const exact = new Set(origins);
	const patterns = origins.filter((each) => /[*?]/.test(each) && each !== '*').map(toPattern);
	return (request) => {
		const origin = request.header('origin');
		const headers: Headers = { vary: 'Origin' };
		if (origin === undefined || origin === '') return headers;
		const allowed = open
			? '*'
			: exact.has(origin) || (origin.length < 300 && patterns.some((each) => each.test(origin)))
				? origin
				: undefined;
		if (allowed === undefined) return headers;
		headers['access-control-allow-origin'] = allowed;
		if (request.method !== 'OPTIONS') return headers;
		headers['vary'] = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';
		headers['access-control-allow-methods'] = methods;
		const asked = request.header('access-control-request-headers');
		if (asked) headers['access-control-allow-headers'] = asked;
		return headers;
	};
}

/** `*` and `?` as in a shell. From the operator's command line only, so that the pattern may be a RegExp. */
function toPattern(origin: string): RegExp {
	const escaped = origin.replace(/[.+^${}()|[\]\\]/g, '\\$&');
	return new RegExp('^' + escaped.replaceAll('*', '.*').replaceAll('?', '.') + '$');
}
