export type FilterErrorCode =
	| 'syntax'
	| 'empty'
	| 'too_long'
	| 'too_many'
	| 'too_deep'
	| 'unresolved'
	| 'hidden'
	| 'call'
	| 'sort';

/**
 * An expression that cannot be used. `message` tells its author what is wrong, in PocketBase's words where it has
 * any; a client never sees it, only who edits a rule does.
 */
export class FilterError extends Error {
	override readonly name = 'FilterError';
	readonly code: FilterErrorCode;

	constructor(code: FilterErrorCode, message: string) {
		super(message);
		this.code = code;
	}
}

/** Text as Go's `%q` prints it, at most 200 characters of it. */
export function quoted(text: string, mark: '"' | "'" = '"'): string {
	const short = text.length > 200 ? text.slice(0, 200) + '…' : text;
	let out = '';
	for (const char of short.toWellFormed()) {
		if (char === mark || char === '\\') out += '\\' + char;
		else if (char === '\n') out += '\\n';
		else if (char === '\r') out += '\\r';
		else if (char === '\t') out += '\\t';
		else if (char < ' ' || char === '\x7f')
			out += '\\x' + char.charCodeAt(0).toString(16).padStart(2, '0');
		else out += char;
	}
	return mark + out + mark;
}
