import type { Fact, FactKind, Plan, SchemaChangeEntry, SecretEntry } from '#lib/contracts/index.ts';
import { type Api, type ApiFailure, asFailure } from '../api/index.ts';
import { Loadable } from '../loadable.svelte.ts';

/** What every later turn of an app knows: pinned facts, plans, names of secrets, and what was changed in its tables. */
export class Notes {
	readonly #api: Api;
	readonly #slug: string;
	readonly #onUndone: () => void;
	readonly facts: Loadable<readonly Fact[]>;
	readonly plans: Loadable<readonly Plan[]>;
	readonly secrets: Loadable<readonly SecretEntry[]>;
	readonly changes: Loadable<readonly SchemaChangeEntry[]>;
	readonly spent: Loadable<Awaited<ReturnType<Api['spent']>>>;
	#failure = $state.raw<ApiFailure>();
	#busy = $state(false);
	#told = $state('');
	#undo = $state.raw<() => Promise<boolean>>();

	/** @param onUndone called after tables were changed here */
	constructor(api: Api, slug: string, onUndone: () => void) {
		this.#api = api;
		this.#slug = slug;
		this.#onUndone = onUndone;
		this.facts = new Loadable(() => api.facts(slug));
		this.plans = new Loadable(() => api.plans(slug));
		this.secrets = new Loadable(() => api.secrets(slug));
		this.changes = new Loadable(() => api.schemaChanges(slug));
		this.spent = new Loadable(() => api.spent(slug));
	}

	/** Why the last change did not go through. */
	get failure(): ApiFailure | undefined {
		return this.#failure;
	}
	get busy(): boolean {
		return this.#busy;
	}
	/** What the last change did, for people. */
	get told(): string {
		return this.#told;
	}

	/** Takes the last change back, where that can be done. */
	get undo(): (() => Promise<boolean>) | undefined {
		return this.#undo;
	}

	async refresh(): Promise<void> {
		await Promise.all(
			[this.facts, this.plans, this.secrets, this.changes, this.spent].map((list) => list.load()),
		);
	}
	dismiss(): void {
		this.#failure = undefined;
		this.#told = '';
		this.#undo = undefined;
	}

	addFact(kind: FactKind, text: string): Promise<boolean> {
		return this.#work('Added.', async () => {
			await this.#api.addFact(this.#slug, kind, text);
			await this.facts.load();
		});
	}
	changeFact(id: string, change: { kind: FactKind; text: string }): Promise<boolean> {
		return this.#work('Saved.', async () => {
			await this.#api.changeFact(this.#slug, id, change);
			await this.facts.load();
		});
	}
	removeFact({ id, kind, text }: Fact): Promise<boolean> {
		return this.#work('Removed.', async () => {
			await this.#api.removeFact(this.#slug, id);
			await this.facts.load();
			this.#undo = () => this.addFact(kind, text);
		});
	}
	savePlan(id: string, text: string): Promise<boolean> {
		return this.#work('The plan is saved.', async () => {
			const changed = await this.#api.changePlan(this.#slug, id, text);
			this.plans.set((this.plans.value ?? []).map((each) => (each.id === id ? changed : each)));
		});
	}
	removeSecret(name: string): Promise<boolean> {
		return this.#work(`${name} was removed.`, async () => {
			await this.#api.removeSecret(this.#slug, name);
			await this.secrets.load();
		});
	}
	putSecret(name: string, value: string): Promise<boolean> {
		return this.#work(`${name} is stored.`, async () => {
			await this.#api.putSecret(this.#slug, name, value);
			await this.secrets.load();
		});
	}
	undoChange(id: string): Promise<boolean> {
		return this.#work('', async () => {
			const { restored, left } = await this.#api.undoSchemaChange(this.#slug, id);
			this.#told = `Taken back; values of ${restored} rows are there again.${left > 0 ? ` ${left} could not be put back and are kept.` : ''}`;
			await this.changes.load();
			this.#onUndone();
		});
	}

	async #work(told: string, job: () => Promise<void>): Promise<boolean> {
		this.#busy = true;
		this.dismiss();
		try {
			await job();
			if (told) this.#told = told;
			return true;
		} catch (error) {
			this.#failure = asFailure(error);
			return false;
		} finally {
			this.#busy = false;
		}
	}
}
