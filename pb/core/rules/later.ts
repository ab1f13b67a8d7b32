/**
 * Stands in a request for a text that is neither empty nor known yet: where a rule reads it, its statement has a slot
 * of that name.
 */
export class Later {
	readonly slot: string;

	constructor(slot: string) {
		this.slot = slot;
	}

	/** Whoever takes it for a value is told so, instead of comparing with the wrong one. */
	toJSON(): never {
		throw new TypeError(`${this.slot} has no value yet`);
	}

	toString(): never {
		return this.toJSON();
	}
}
