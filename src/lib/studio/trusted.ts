/**
 * Trusted Types policies of the builder's pages (definitions.md 15). Each accepts as little as it can:
 * `tinykit-worker` the addresses of our own workers alone, `tinykit-html` only what DOMPurify has cleaned,
 * `tinykit-editor` what the editor renders of its own making. The names stand in the `trusted-types`
 * directive of svelte.config.js.
 */

interface PolicyRules {
	createHTML?: (html: string) => string;
	createScriptURL?: (url: string) => string;
}
interface Policy {
	createHTML(html: string): string;
	createScriptURL(url: string): string;
}
interface PolicyFactory {
	createPolicy(name: string, rules: PolicyRules): Policy;
}

/** The browser's factory; a stand-in that only applies the rules where there is none. */
const factory: PolicyFactory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes ?? {
	createPolicy: (_name, rules) => ({
		createHTML: (html) => rules.createHTML?.(html) ?? '',
		createScriptURL: (url) => rules.createScriptURL?.(url) ?? '',
	}),
};

const policies = new Map<string, Policy>();

function policy(name: string, rules: PolicyRules): Policy {
	// A second policy of the same name would be refused by the page's CSP.
	const known = policies.get(name) ?? factory.createPolicy(name, rules);
	policies.set(name, known);
	return known;
}

/** For DOMPurify alone: it wraps what it is about to parse in an inert document. */
export const sanitizerPolicy = (): Policy => policy('tinykit-html', { createHTML: (html) => html });

/**
 * A worker's address as the browser's worker constructor takes it.
 * @param url one of our own built assets: same origin, and among `own`
 * @throws TypeError for any other address
 */
export function workerUrl(url: string, own: readonly string[]): string {
	return policy('tinykit-worker', {
		createScriptURL: (asked) => {
			if (new URL(asked, location.href).origin === location.origin && own.includes(asked)) {
				return asked;
			}
			throw new TypeError(`Not one of our workers: ${asked}`);
		},
	}).createScriptURL(url);
}

/**
 * The editor asks for a policy per part, each with its own rules. They share one name, never make a script
 * address, and no HTML but what the part's own rules have made.
 */
export function editorPolicy(_name: string, rules: PolicyRules): Policy {
	const shared = policy('tinykit-editor', { createHTML: (html) => html });
	return {
		createHTML: (html) => shared.createHTML(rules.createHTML?.(html) ?? ''),
		createScriptURL: () => {
			throw new TypeError('The editor creates no scripts.');
		},
	};
}
