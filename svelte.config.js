import adapter from '@sveltejs/adapter-node';

/** @type {import('@sveltejs/kit').Config} */
const config = {
	kit: {
		adapter: adapter({ out: 'build' }),
		// The builder's pages are rendered in the browser alone; the nonce stands in the one inline start script.
		csp: { mode: 'nonce', directives: { 'script-src': ['self', 'strict-dynamic'] } },
		version: { pollInterval: 0 },
	},
};

export default config;
