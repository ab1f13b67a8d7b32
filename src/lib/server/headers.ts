/** Names of the Trusted Types policies that the builder's own pages create. */
const policies = [
	'svelte-trusted-html',
	'sveltekit-trusted-url',
	'tinykit-worker',
	'tinykit-html',
	'tinykit-editor',
];

/**
 * Headers of the builder's pages (reference: security 3.3; definitions.md 15).
 * @param nonce of the page's start script
 * @param frames CSP source of the preview frames
 * @param dev Vite's hot reload needs its socket and inline modules
 */
export function pageHeaders(
	nonce: string | undefined,
	frames: string,
	dev: boolean,
): Readonly<Record<string, string>> {
	const script = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}' 'strict-dynamic'`;
	const csp = [
		"default-src 'none'",
		`script-src ${script}`,
		// Monaco sets inline styles; without this its colours are lost.
		"style-src 'self' 'unsafe-inline'",
		"img-src 'self' data:",
		"font-src 'self'",
		`connect-src 'self'${dev ? ' ws:' : ''}`,
		"worker-src 'self'",
		`frame-src ${frames}`,
		"frame-ancestors 'none'",
		"form-action 'self'",
		"base-uri 'none'",
		"object-src 'none'",
		"manifest-src 'self'",
		...(dev ? [] : ["require-trusted-types-for 'script'", `trusted-types ${policies.join(' ')}`]),
	];
	return { 'content-security-policy': csp.join('; '), ...builderHeaders };
}

/** On every answer of the builder host. */
export const builderHeaders: Readonly<Record<string, string>> = {
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'origin-agent-cluster': '?1',
	'permissions-policy':
		'accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
	'referrer-policy': 'no-referrer',
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'DENY',
};
