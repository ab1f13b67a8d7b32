import type {
	Checkpoint,
	CheckpointDiff,
	Quarantine,
	RestoreRequest,
	RestoreResult,
} from '#lib/contracts/index.ts';
import { asFailure, type Api, type ApiFailure } from '../api/index.ts';
import { Loadable } from '../loadable.svelte.ts';
import { momentsOf, type Moment } from './moments.ts';

const perPage = 50;

/** The app's checkpoints: the list, the one that is looked at, and the way back to it. */
export class History {
	readonly #api: Api;
	readonly #slug: string;
	readonly #onRestored: () => void;
	readonly list: Loadable<readonly Checkpoint[]>;
	readonly quarantines: Loadable<readonly Quarantine[]>;
	/** To be shown as soon as it is in the list. */
	#wanted: string | undefined;
	#total = $state(0);
	#pages = 1;
	#selected = $state<string>();
	#diff = $state.raw<Loadable<CheckpointDiff>>();
	/** What was done last, and how it is undone. */
	#outcome = $state.raw<RestoreResult>();
	#failure = $state.raw<ApiFailure>();
	#busy = $state(false);
	readonly #moments = $derived.by(() => momentsOf(this.list.value ?? []));

	/** @param onRestored called after the app was changed here */
	constructor(api: Api, slug: string, onRestored: () => void) {
		this.#api = api;
		this.#slug = slug;
		this.#onRestored = onRestored;
		this.list = new Loadable(() => this.#fetch());
		this.quarantines = new Loadable(() => api.quarantines(slug));
	}

	get moments(): readonly Moment[] {
		return this.#moments;
	}
	get selected(): Moment | undefined {
		return this.#moments.find(({ checkpoint }) => checkpoint.id === this.#selected);
	}
	get diff(): Loadable<CheckpointDiff> | undefined {
		return this.#diff;
	}
	get outcome(): RestoreResult | undefined {
		return this.#outcome;
	}
	get failure(): ApiFailure | undefined {
		return this.#failure;
	}
	get busy(): boolean {
		return this.#busy;
	}
	get hasMore(): boolean {
		return (this.list.value?.length ?? 0) < this.#total;
	}

	/** Looks again; the first time it loads. */
	async refresh(): Promise<void> {
		await Promise.all([this.list.load(), this.quarantines.load()]);
		if (this.#wanted !== undefined) this.#showWanted();
		else if (this.selected) await this.#diff?.load();
	}

	async more(): Promise<void> {
		this.#pages += 1;
		await this.list.load();
	}

	select(moment: Moment | undefined): void {
		this.#selected = moment?.checkpoint.id;
		this.#diff = undefined;
		if (!moment) return;
		const diff = new Loadable(() => this.#api.checkpointDiff(this.#slug, moment.from, moment.to));
		this.#diff = diff;
		void diff.load();
	}

	/** Looks at one checkpoint, when it is known; else the list stays as it is. */
	show(id: string): void {
		this.#wanted = id;
		this.#showWanted();
	}

	dismiss(): void {
		this.#outcome = undefined;
		this.#failure = undefined;
	}

	/** Keeps the app as it is now. */
	async save(note: string): Promise<boolean> {
		return this.#work(async () => {
			await this.#api.createCheckpoint(this.#slug, note);
			await this.list.load();
		});
	}

	async bookmark({ checkpoint: { id, bookmarked } }: Moment): Promise<void> {
		await this.#patch(id, { bookmarked: !bookmarked });
	}

	async rename({ checkpoint: { id } }: Moment, note: string): Promise<boolean> {
		return this.#patch(id, { note });
	}

	/** What a restore would do. @throws ApiFailure */
	async plan(
		id: string,
		parts: RestoreRequest['parts'],
		signal: AbortSignal,
	): Promise<RestoreResult> {
		try {
			return await this.#api.restoreCheckpoint(this.#slug, id, { parts, dryRun: true }, signal);
		} catch (error) {
			throw asFailure(error);
		}
	}

	async restore(id: string, request: RestoreRequest): Promise<boolean> {
		return this.#work(async () => {
			this.#outcome = await this.#api.restoreCheckpoint(this.#slug, id, request);
			this.#onRestored();
			await this.refresh();
		});
	}

	/** The JSON of rows that were set aside, handed to the browser as a file. */
	async download(id: string): Promise<void> {
		await this.#work(async () => {
			const url = URL.createObjectURL(await this.#api.quarantineFile(this.#slug, id));
			const link = document.createElement('a');
			link.href = url;
			link.download = `${this.#slug}-set-aside.json`;
			link.click();
			URL.revokeObjectURL(url);
		});
	}

	#showWanted(): void {
		const moment = this.#moments.find(({ checkpoint }) => checkpoint.id === this.#wanted);
		if (!moment) return;
		this.#wanted = undefined;
		this.select(moment);
	}

	#patch(id: string, patch: { note?: string; bookmarked?: boolean }): Promise<boolean> {
		return this.#work(async () => {
			const changed = await this.#api.updateCheckpoint(this.#slug, id, patch);
			this.list.set((this.list.value ?? []).map((each) => (each.id === id ? changed : each)));
		});
	}

	async #fetch(): Promise<readonly Checkpoint[]> {
		const found: Checkpoint[] = [];
		for (let page = 1; page <= this.#pages; page++) {
			const { items, totalItems } = await this.#api.checkpoints(this.#slug, page, perPage);
			this.#total = totalItems;
			found.push(...items);
		}
		return found;
	}

	async #work(job: () => Promise<void>): Promise<boolean> {
		this.#busy = true;
		this.dismiss();
		try {
			await job();
			return true;
		} catch (error) {
			this.#failure = asFailure(error);
			return false;
		} finally {
			this.#busy = false;
		}
	}
}
