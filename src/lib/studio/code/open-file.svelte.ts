import { type Api, type ApiFailure, asFailure } from '../api/index.ts';

/** Counted over all files: one that is made again under its old name is no longer what the editor holds. */
let revisions = 0;

/** A file in the editor: its text, what the server has, and what stands between them. */
export class OpenFile {
	readonly #api: Api;
	readonly #slug: string;
	readonly path: string;
	/** As in the editor. */
	#text = $state('');
	/** As last read from or written to the server. */
	#saved = $state('');
	#hash = $state('');
	#loaded = $state(false);
	#busy = $state(false);
	/** The server's file is another one than was read: a person chooses. */
	#conflict = $state(false);
	#failure = $state.raw<ApiFailure>();
	/** Another number each time the text came from the server: the editor then takes it over. */
	#revision = $state(0);

	constructor(api: Api, slug: string, path: string) {
		this.#api = api;
		this.#slug = slug;
		this.path = path;
	}

	get text(): string {
		return this.#text;
	}
	get hash(): string {
		return this.#hash;
	}
	get loaded(): boolean {
		return this.#loaded;
	}
	get busy(): boolean {
		return this.#busy;
	}
	get dirty(): boolean {
		return this.#loaded && this.#text !== this.#saved;
	}
	get conflict(): boolean {
		return this.#conflict;
	}
	get failure(): ApiFailure | undefined {
		return this.#failure;
	}
	get revision(): number {
		return this.#revision;
	}

	edit(text: string): void {
		this.#text = text;
	}

	/** Takes the server's text; what was typed and not saved is given up. */
	async reload(): Promise<void> {
		await this.#work(async () => {
			const { text, hash } = await this.#api.readFile(this.#slug, this.path);
			this.#text = text;
			this.#saved = text;
			this.#hash = hash;
			this.#conflict = false;
			this.#loaded = true;
			this.#revision = revisions += 1;
		});
	}

	/** Writes the text if the server's file is still the one that was read. */
	async save(): Promise<boolean> {
		if (!this.dirty || this.#busy) return false;
		return this.#write(this.#hash);
	}

	/** Writes the text over whatever the server has now. */
	async overwrite(): Promise<boolean> {
		let current = '';
		const read = await this.#work(async () => {
			current = (await this.#api.readFile(this.#slug, this.path)).hash;
		});
		return read && this.#write(current);
	}

	/** The list says that the server's file has this hash now. */
	async notice(hash: string): Promise<void> {
		if (!this.#loaded || this.#busy || hash === this.#hash) return;
		if (this.dirty) this.#conflict = true;
		else await this.reload();
	}

	async #write(hash: string): Promise<boolean> {
		const text = this.#text;
		return this.#work(async () => {
			const entry = await this.#api.writeFile(this.#slug, this.path, text, { hash });
			this.#saved = text;
			this.#hash = entry.hash;
			this.#conflict = false;
		});
	}

	async #work(job: () => Promise<void>): Promise<boolean> {
		this.#busy = true;
		this.#failure = undefined;
		try {
			await job();
			return true;
		} catch (error) {
			const failure = asFailure(error);
			if (failure.code === 'file_changed') this.#conflict = true;
			else this.#failure = failure;
			return false;
		} finally {
			this.#busy = false;
		}
	}
}
