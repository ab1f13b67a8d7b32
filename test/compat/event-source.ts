type Listener = (event: MessageEvent) => void;

/** As much of the browser's EventSource as the official SDK uses; Node has it only behind a flag. */
export class FetchEventSource {
	onerror: ((event: unknown) => void) | null = null;
	readonly #listeners = new Map<string, Set<Listener>>();
	readonly #abort = new AbortController();

	constructor(url: string | URL) {
		void this.#run(String(url));
	}

	addEventListener(name: string, listener: Listener): void {
		const set = this.#listeners.get(name) ?? new Set();
		this.#listeners.set(name, set);
		set.add(listener);
	}

	removeEventListener(name: string, listener: Listener): void {
		this.#listeners.get(name)?.delete(listener);
	}

	close(): void {
		this.#abort.abort();
	}

	async #run(url: string): Promise<void> {
		try {
			const response = await fetch(url, {
				headers: { accept: 'text/event-stream' },
				signal: this.#abort.signal,
			});
			if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
			let text = '';
			for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
				text += chunk;
				for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
					this.#dispatch(text.slice(0, end));
					text = text.slice(end + 2);
				}
			}
			throw new Error('the stream ended');
		} catch (error) {
			if (!this.#abort.signal.aborted) this.onerror?.(error);
		}
	}

	#dispatch(block: string): void {
		const fields = new Map<string, string>();
		for (const line of block.split('\n')) {
			const colon = line.indexOf(':');
			fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
		}
		const name = fields.get('event') ?? 'message';
		const event = new MessageEvent(name, {
			data: fields.get('data') ?? '',
			lastEventId: fields.get('id') ?? '',
		});
		for (const listener of this.#listeners.get(name) ?? []) listener(event);
	}
}
