import type { DataOutline, FileEntry, Problem } from '#lib/contracts/index.ts';
import { type Api, ApiFailure, asFailure } from '../api/index.ts';
import { Loadable } from '../loadable.svelte.ts';
import { OpenFile } from './open-file.svelte.ts';

/** Milliseconds. */
const outlineAge = 5000;

/** The app's files: the list, and those that are open in the editor. */
export class Code {
	readonly #api: Api;
	readonly #slug: string;
	readonly #onSaved: () => void;
	readonly list: Loadable<readonly FileEntry[]>;
	#open = $state.raw<readonly OpenFile[]>([]);
	#current = $state.raw<OpenFile>();
	/** A place to go to once the file is in the editor. */
	#target = $state.raw<{ path: string; line: number; column: number }>();
	#problems = $state.raw<readonly Problem[]>([]);
	#checked = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#outline: { readonly at: number; readonly value: Promise<DataOutline> } | undefined;

	/** @param onSaved called after every change of the files by this page */
	constructor(api: Api, slug: string, onSaved: () => void) {
		this.#api = api;
		this.#slug = slug;
		this.#onSaved = onSaved;
		this.list = new Loadable(() => api.files(slug));
	}

	get current(): OpenFile | undefined {
		return this.#current;
	}
	get target(): { path: string; line: number; column: number } | undefined {
		return this.#target;
	}
	get dirtyPaths(): readonly string[] {
		return this.#open.filter((file) => file.dirty).map((file) => file.path);
	}

	/** What the type checker found in the files as they were last saved. */
	get problems(): readonly Problem[] {
		return this.#problems;
	}

	isDirty(path: string): boolean {
		return this.#open.some((file) => file.path === path && file.dirty);
	}

	/** Opens a file, and goes to a place in it (from 1). */
	open(path: string, line?: number, column = 1): void {
		let file = this.#open.find((candidate) => candidate.path === path);
		if (this.#open.length === 0) void this.check();
		if (!file) {
			file = new OpenFile(this.#api, this.#slug, path);
			this.#open = [...this.#open, file];
		}
		if (!file.loaded && !file.busy) void file.reload();
		this.#current = file;
		this.#target = line === undefined ? undefined : { path, line, column };
	}

	arrived(): void {
		this.#target = undefined;
	}

	/** The app's collections for what the editor offers; a few seconds old at most. */
	outline(): Promise<DataOutline> {
		const now = Date.now();
		if (!this.#outline || now - this.#outline.at > outlineAge)
			this.#outline = { at: now, value: this.#api.outline(this.#slug) };
		return this.#outline.value;
	}

	/** The text in the editor is this now. */
	edited(path: string, text: string): void {
		this.#open.find((file) => file.path === path)?.edit(text);
	}

	async save(): Promise<void> {
		if (await this.#current?.save()) await this.#saved();
	}

	async overwrite(): Promise<void> {
		if (await this.#current?.overwrite()) await this.#saved();
	}

	/** Takes the file as the server has it; the preview may not have shown that yet. */
	async reload(): Promise<void> {
		await this.#current?.reload();
		this.#onSaved();
	}

	/** @throws ApiFailure: the name is taken or not allowed */
	async create(path: string): Promise<void> {
		await this.#call(() => this.#api.writeFile(this.#slug, path, '', { hash: null }));
		await this.#saved();
		this.open(path);
	}

	/** @throws ApiFailure: the file has changed or is gone */
	async remove(path: string): Promise<void> {
		const hash = this.#hashOf(path);
		await this.#call(() => this.#api.deleteFile(this.#slug, path, hash ? { hash } : undefined));
		this.#forget(path);
		await this.#saved();
	}

	/**
	 * Saves the file, writes it under the new name, then deletes the old one: at no moment is its text nowhere.
	 * @throws ApiFailure: the new name is taken or not allowed; the old file changed meanwhile
	 */
	async rename(path: string, to: string): Promise<void> {
		await this.#call(async () => {
			const open = this.#open.find((file) => file.path === path);
			if (open?.dirty && !(await open.save())) throw open.failure ?? new ApiFailure('file_changed');
			const { text, hash } = await this.#api.readFile(this.#slug, path);
			await this.#api.writeFile(this.#slug, to, text, { hash: null });
			await this.#api.deleteFile(this.#slug, path, { hash });
		});
		const wasCurrent = this.#current?.path === path;
		this.#forget(path);
		await this.#saved();
		if (wasCurrent) this.open(to);
	}

	/** Somebody else, most often the agent, has changed files: look again, once things are quiet. */
	changedElsewhere(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.refresh(), 200);
	}

	async refresh(): Promise<void> {
		const entries = await this.list.load();
		if (!entries) return;
		// Nobody has looked at the code yet: there is nobody to tell.
		if (this.#open.length > 0) void this.check();
		for (const file of this.#open) {
			const hash = entries.find((entry) => entry.path === file.path)?.hash;
			if (hash !== undefined) await file.notice(hash);
			else if (!file.dirty && !file.busy) this.#forget(file.path);
		}
	}

	/** Checks types anew. What could not be checked leaves what was found before. */
	async check(): Promise<void> {
		const turn = (this.#checked += 1);
		const checks = await this.#api.checkTypes(this.#slug).catch(() => undefined);
		if (turn !== this.#checked || !checks) return;
		this.#problems = checks.flatMap(({ problems }) => problems);
	}

	close(): void {
		clearTimeout(this.#timer);
	}

	async #saved(): Promise<void> {
		this.#onSaved();
		await this.refresh();
	}

	async #call(job: () => Promise<unknown>): Promise<void> {
		try {
			await job();
		} catch (error) {
			throw asFailure(error);
		}
	}

	#hashOf(path: string): string | undefined {
		return this.list.value?.find((entry) => entry.path === path)?.hash;
	}

	#forget(path: string): void {
		this.#open = this.#open.filter((file) => file.path !== path);
		if (this.#current?.path === path) this.#current = this.#open.at(-1);
	}
}
