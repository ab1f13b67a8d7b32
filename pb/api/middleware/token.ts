import type { ApiRequest } from '../types.ts';

/** The token of a request; the scheme `Bearer` may be left out. '' without one. */
export function bearerToken(request: ApiRequest): string {
	const value = request.header('authorization') ?? '';
	return /^bearer /i.test(value) ? value.slice(7) : value;
}
