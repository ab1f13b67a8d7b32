export interface SniffedType {
	/** With its dot; '' when unknown. */
	readonly extension: string;
	readonly mime: string;
}

// Loaded on first use: uploads are rare, and the module would cost memory from the start.
let module: Promise<typeof import('file-type')> | undefined;

/** The type of a file by its first bytes (4,100 are enough); never by its name. */
export async function sniffType(head: Uint8Array): Promise<SniffedType> {
	const { fileTypeFromBuffer } = await (module ??= import('file-type'));
	const found = await fileTypeFromBuffer(head).catch(() => undefined);
	// A prolog says nothing about the vocabulary: an SVG image may start like any other XML.
	if (found && found.mime !== 'application/xml')
		return { extension: '.' + found.ext, mime: found.mime };
	return sniffText(head);
}

export const sniffExtension = async (head: Uint8Array): Promise<string> =>
	(await sniffType(head)).extension;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text formats have no magic number; what is told apart is what browsers treat apart. */
function sniffText(head: Uint8Array): SniffedType {
	const text = decodeText(head);
	if (text === undefined) return { extension: '', mime: 'application/octet-stream' };
	const start = text.trimStart().slice(0, 1024).toLowerCase();
	if (/^(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype svg[^>]*>\s*)?<svg[\s>]/s.test(start))
		return { extension: '.svg', mime: 'image/svg+xml' };
	if (
		/^(<!--.*?-->\s*)*<(!doctype html|html|head|body|script|iframe|div|p|h1|table)[\s>]/s.test(
			start,
		)
	)
		return { extension: '.html', mime: 'text/html; charset=utf-8' };
	if (start.startsWith('<?xml')) return { extension: '.xml', mime: 'text/xml; charset=utf-8' };
	if (/^[[{]/.test(start) && isJson(text)) return { extension: '.json', mime: 'application/json' };
	return { extension: '.txt', mime: 'text/plain; charset=utf-8' };
}

function decodeText(head: Uint8Array): string | undefined {
	if (head.includes(0)) return undefined;
	// The sample may end inside a character.
	for (const cut of [0, 1, 2, 3]) {
		try {
			return utf8.decode(head.subarray(0, head.length - cut));
		} catch {
			if (head.length < 4000) return undefined;
		}
	}
	return undefined;
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}
