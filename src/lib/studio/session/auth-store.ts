import { BaseAuthStore, type AuthRecord } from 'pocketbase';
import { z } from 'zod';

const key = 'tinykit.auth';
const saved = z.object({
	token: z.string().min(1),
	record: z.looseObject({ id: z.string(), email: z.string().catch('') }),
});

/**
 * The builder's token in memory and in this tab's session storage (definitions.md 6): never in a cookie and
 * never in local storage, so that it ends with the tab and no other origin or port can see it.
 */
export class SessionAuthStore extends BaseAuthStore {
	readonly #storage: Storage | undefined;

	/** @param storage session storage; without one the token lives in memory alone */
	constructor(storage: Storage | undefined) {
		super();
		this.#storage = storage;
		const text = storage?.getItem(key);
		if (!text) return;
		try {
			const parsed = saved.parse(JSON.parse(text));
			super.save(parsed.token, parsed.record as unknown as AuthRecord);
		} catch {
			storage?.removeItem(key);
		}
	}

	override save(token: string, record?: AuthRecord): void {
		super.save(token, record);
		this.#storage?.setItem(key, JSON.stringify({ token, record }));
	}

	override clear(): void {
		super.clear();
		this.#storage?.removeItem(key);
	}
}
