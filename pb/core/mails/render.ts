import type { MailTemplate } from '../collections/types.ts';
import type { StoredRecord } from '../records/record.ts';
import type { Settings } from '../settings/types.ts';

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&#34;',
	"'": '&#39;',
};

export const escapeHtml = (text: string): string =>
	text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

/**
 * Fills a collection's template: `{APP_NAME}`, `{APP_URL}`, `{RECORD:field}` of fields that are not hidden, and what
 * the mail adds. Values that a person may have typed are escaped, in the subject too, as PocketBase does.
 */
export function fillTemplate(
	template: MailTemplate,
	record: StoredRecord,
	meta: Settings['meta'],
	extra: Readonly<Record<string, string>>,
): { readonly subject: string; readonly html: string } {
	const values = new Map<string, string>([
		['APP_NAME', meta.appName],
		['APP_URL', meta.appURL],
		...Object.entries(extra),
	]);
	for (const field of record.collection.fields) {
		if (field.hidden) continue;
		const value = record.data[field.name];
		const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
		values.set(`RECORD:${field.name}`, isScalar ? escapeHtml(String(value)) : '');
	}
	const fill = (text: string): string =>
		text.replace(/\{([A-Z_]+(?::\w+)?)\}/g, (whole, name: string) => values.get(name) ?? whole);
	return { subject: fill(template.subject), html: fill(template.body) };
}

/** The page around a mail's content. */
export const frame = (content: string): string => `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<style>
body { margin: 0; padding: 20px 30px; color: #16161a; background: #fff; font: 14px/20px sans-serif; }
p { margin: 10px 0; }
a { color: inherit; }
.btn { display: inline-block; padding: 8px 20px; border-radius: 5px; color: #fff !important; background: #16161a; font-weight: bold; text-decoration: none; }
</style>
</head>
<body>
${content}
</body>
</html>
`;
