import DOMPurify from 'dompurify';
import { Marked } from 'marked';
import { sanitizerPolicy } from '../trusted.ts';

const marked = new Marked({ gfm: true, breaks: true, async: false });

/** What an answer may be made of: no images (each would be a request), no raw layout, no forms, no styles. */
const allowed = {
	ALLOWED_TAGS: [
		...['p', 'br', 'hr', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'a'],
		...['ul', 'ol', 'li', 'h1', 'h2', 'h3', 'h4', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
	],
	ALLOWED_ATTR: ['href', 'title', 'start'],
	ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
	ALLOW_DATA_ATTR: false,
	ALLOW_ARIA_ATTR: false,
};

/**
 * A model's Markdown as safe elements. Model text is untrusted: it is parsed, cleaned by DOMPurify, and handed
 * over as nodes, so that no string of HTML reaches the page.
 */
export function renderMarkdown(text: string): DocumentFragment {
	const html = marked.parse(text, { async: false });
	const fragment = DOMPurify.sanitize(html, {
		...allowed,
		RETURN_DOM_FRAGMENT: true,
		TRUSTED_TYPES_POLICY: sanitizerPolicy() as never,
	});
	for (const link of fragment.querySelectorAll('a')) {
		link.target = '_blank';
		link.rel = 'noreferrer noopener';
	}
	return fragment;
}
