import type { App, CreateApp } from '#lib/contracts/index.ts';
import type { Api } from '../api/index.ts';
import { Loadable } from '../loadable.svelte.ts';

/** The dashboard's list of apps, newest change first. */
export class Apps {
	readonly #api: Api;
	readonly list: Loadable<readonly App[]>;

	constructor(api: Api) {
		this.#api = api;
		this.list = new Loadable(async () =>
			(await api.apps()).toSorted((a, b) => b.updated.localeCompare(a.updated)),
		);
	}

	/** @returns the new app's slug. @throws ApiFailure */
	async create(input: CreateApp): Promise<string> {
		return (await this.#api.createApp(input)).slug;
	}

	/** @throws ApiFailure */
	async rename(slug: string, name: string): Promise<void> {
		const renamed = await this.#api.updateApp(slug, { name });
		this.list.set((this.list.value ?? []).map((app) => (app.slug === slug ? renamed : app)));
	}

	/** @throws ApiFailure */
	async remove(slug: string): Promise<void> {
		await this.#api.deleteApp(slug);
		this.list.set((this.list.value ?? []).filter((app) => app.slug !== slug));
	}
}
