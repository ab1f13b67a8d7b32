/**
 * What an app's own page may do (reference/security.md 3.3): talk to its own host alone, be framed by the builder
 * alone. Stricter than there in one point: no inline scripts, since a built app has none and what people write into it
 * shall not become one.
 * @param builderOrigin for example `http://localhost:3000`
 */
export function contentSecurityPolicy(builderOrigin: string): string {
	return [
		"default-src 'self'",
		"script-src 'self' 'wasm-unsafe-eval'",
		"style-src 'self' 'unsafe-inline'",
		"img-src 'self' data: blob:",
		"media-src 'self' data: blob:",
		"font-src 'self' data:",
		"connect-src 'self'",
		"frame-src 'none'",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		`frame-ancestors ${builderOrigin}`,
		"webrtc 'block'",
	].join('; ');
}

/** @param destination `Sec-Fetch-Dest` of the request */
export function draftHeaders(builderOrigin: string, destination?: string): Record<string, string> {
	return {
		'content-security-policy': contentSecurityPolicy(builderOrigin),
		// Holds what no CSP does in today's browsers: WebRTC, connections made ahead. It holds links as well, so a page in
		// a tab of its own goes without.
		...(destination !== 'document' && { 'connection-allowlist': '(response-origin)' }),
		'x-content-type-options': 'nosniff',
		'referrer-policy': 'no-referrer',
		'cross-origin-resource-policy': 'same-origin',
		'origin-agent-cluster': '?1',
		'x-robots-tag': 'noindex',
	};
}
