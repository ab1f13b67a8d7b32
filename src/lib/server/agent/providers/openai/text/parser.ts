import type { ToolCallBlock } from '../../../messages.ts';
import type { ProviderEvent, ToolSpec } from '../../types.ts';
import { marks } from './grammar.ts';

type TextEvent = Extract<ProviderEvent, { type: 'text' | 'block' | 'hidden' }>;
type Closing = Extract<TextEvent, { type: 'text' | 'block' }>;

/**
 * Takes calls out of streamed text. Only what carries the run's nonce is a call: text that a model quotes, from a
 * file or a record, is none (reference: security G1).
 */
export class CallParser {
	readonly #types: ReadonlyMap<string, ReadonlySet<string>>;
	readonly #marks: ReturnType<typeof marks>;
	readonly #nextId: () => string;
	/** What has not been handed out: text that may begin a mark, or a call that is not closed. */
	#rest = '';
	#isInCall = false;
	#text = '';

	constructor(tools: readonly ToolSpec[], nonce: string, nextId: () => string) {
		this.#types = new Map(tools.map(({ name, inputSchema }) => [name, stringNames(inputSchema)]));
		this.#marks = marks(nonce);
		this.#nextId = nextId;
	}

	*add(text: string): Generator<TextEvent> {
		if (this.#isInCall) yield { type: 'hidden', delta: text };
		this.#rest += text;
		for (;;) {
			if (this.#isInCall) {
				const end = this.#rest.indexOf(this.#marks.callEnd);
				if (end < 0) return;
				const body = this.#rest.slice(0, end);
				this.#rest = this.#rest.slice(end + this.#marks.callEnd.length);
				this.#isInCall = false;
				yield { type: 'block', block: this.#parse(body) };
				continue;
			}
			const start = this.#rest.indexOf(this.#marks.call);
			if (start < 0) {
				const safe = this.#rest.length - overlap(this.#rest, this.#marks.call);
				yield* this.#say(this.#rest.slice(0, safe));
				this.#rest = this.#rest.slice(safe);
				return;
			}
			yield* this.#say(this.#rest.slice(0, start));
			yield* this.#closeText();
			this.#rest = this.#rest.slice(start + this.#marks.call.length);
			this.#isInCall = true;
		}
	}

	/** @param isCut the answer reached its length limit: an open call is the loop's to throw away */
	*close(isCut: boolean): Generator<Closing> {
		if (!this.#isInCall) {
			yield* this.#say(this.#rest);
			yield* this.#closeText();
			return;
		}
		const call = this.#parse(this.#rest);
		const why = 'the call is not closed';
		yield { type: 'block', block: isCut ? call : { ...call, input: {}, malformed: why } };
	}

	*#say(text: string): Generator<Extract<ProviderEvent, { type: 'text' }>> {
		if (text === '') return;
		this.#text += text;
		yield { type: 'text', delta: text };
	}

	*#closeText(): Generator<Extract<ProviderEvent, { type: 'block' }>> {
		const text = this.#text;
		this.#text = '';
		if (text.trim() !== '') yield { type: 'block', block: { type: 'text', text: text.trimEnd() } };
	}

	/** @param body from the tool's name to the closing mark */
	#parse(body: string): ToolCallBlock {
		const head = /^([A-Za-z_]{1,64})">/.exec(body);
		const call = { type: 'tool_call', id: this.#nextId(), name: head?.[1] ?? 'unknown' } as const;
		if (!head) return { ...call, input: {}, malformed: 'the name of the tool cannot be read' };
		const input: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
		let rest = body.slice(head[0].length);
		for (;;) {
			const start = rest.indexOf(this.#marks.argument);
			const before = start < 0 ? rest : rest.slice(0, start);
			if (before.trim() !== '')
				return { ...call, input: {}, malformed: 'there is text between the arguments' };
			if (start < 0) return { ...call, input: { ...input } };
			rest = rest.slice(start + this.#marks.argument.length);
			const name = /^([A-Za-z_]{1,64})">/.exec(rest);
			const end = rest.indexOf(this.#marks.argumentEnd);
			if (!name?.[1] || end < 0)
				return { ...call, input: {}, malformed: 'an argument is not closed' };
			const raw = rest.slice(name[0].length, end);
			rest = rest.slice(end + this.#marks.argumentEnd.length);
			const isString = this.#types.get(call.name)?.has(name[1]) ?? true;
			const value = isString ? { value: unframed(raw) } : parsed(raw);
			if (value === undefined)
				return { ...call, input: {}, malformed: `the argument ${name[1]} is not JSON` };
			input[name[1]] = value.value;
		}
	}
}

/** Names of the arguments that are written as they are. */
function stringNames(schema: ToolSpec['inputSchema']): ReadonlySet<string> {
	const properties = schema['properties'];
	if (typeof properties !== 'object' || properties === null) return new Set();
	return new Set(
		Object.entries(properties)
			.filter(([, property]: [string, { readonly type?: unknown }]) => property.type === 'string')
			.map(([name]) => name),
	);
}

/** The line break behind the opening mark frames a value of several lines. */
const unframed = (raw: string): string => raw.replace(/^\r?\n/, '');

function parsed(raw: string): { readonly value: unknown } | undefined {
	try {
		return { value: JSON.parse(raw) as unknown };
	} catch {
		return undefined;
	}
}

/** How many characters at the end of `text` may be the beginning of `mark`. */
function overlap(text: string, mark: string): number {
	for (let size = Math.min(text.length, mark.length - 1); size > 0; size -= 1)
		if (text.endsWith(mark.slice(0, size))) return size;
	return 0;
}
