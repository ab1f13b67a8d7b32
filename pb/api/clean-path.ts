/**
 * The canonical form of a path with `//`, `/.` or `/..` in it; undefined when it is canonical already.
 * Go's mux redirects to it before any route is looked for. The result always starts with exactly one slash, so that
 * it can never name another host.
 */
export function cleanPath(rawPath: string): string | undefined {
	if (!/\/\/|\/\.\.?(\/|$)/.test(rawPath)) return undefined;
	const kept: string[] = [];
	for (const segment of rawPath.split('/')) {
		if (segment === '..') kept.pop();
		else if (segment !== '' && segment !== '.') kept.push(segment);
	}
	const isFolder = /\/\.{0,2}$/.test(rawPath) && kept.length > 0;
	return '/' + kept.join('/') + (isFolder && rawPath.endsWith('/') ? '/' : '');
}
