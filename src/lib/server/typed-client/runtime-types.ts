/**
 * The part of the types that is the same for every app: what `$data` and `$auth` offer. A test holds it to the
 * runtime in `preview/runtime`.
 */
export const dataTypes = `	export interface GeoPoint {
		lon: number;
		lat: number;
	}
	/** A new file, or the name of one that is there already. */
	export type Upload = File | Blob | string;
	export interface Page<R> {
		page: number;
		perPage: number;
		totalItems: number;
		totalPages: number;
		items: R[];
	}
	export interface OneOptions {
		readonly expand?: string;
		readonly fields?: string;
	}
	export interface ListOptions extends OneOptions {
		/** A filter expression, with {:name} for each value of params. */
		readonly filter?: string;
		/** Values for the filter, quoted: never build a filter out of what a person typed. */
		readonly params?: Readonly<Record<string, unknown>>;
		readonly sort?: string;
		/** From 1. */
		readonly page?: number;
		/** 1 to 1000, 30 when absent. */
		readonly perPage?: number;
	}
	export interface SubscribeOptions extends OneOptions {
		readonly filter?: string;
		readonly params?: Readonly<Record<string, unknown>>;
		/** Only this record. */
		readonly id?: string;
		/** Told when the subscription is refused. */
		readonly onError?: (error: unknown) => void;
	}
	export interface Change<R> {
		action: 'create' | 'update' | 'delete';
		record: R;
	}
	export interface ViewCollection<R> {
		/** One page of records. */
		list(options?: ListOptions): Promise<Page<R>>;
		one(id: string, options?: OneOptions): Promise<R>;
	}
	export interface DataCollection<R, C, U> extends ViewCollection<R> {
		create(values: C | FormData, options?: OneOptions): Promise<R>;
		update(id: string, values: U | FormData, options?: OneOptions): Promise<R>;
		delete(id: string): Promise<boolean>;
		/** Calls fn for each change; the answer stops it and fits as the return value of $effect and onMount. */
		subscribe(fn: (change: Change<R>) => void, options?: SubscribeOptions): () => void;
	}
	/** Names of files an object offers in \`Object.fromEntries(new FormData(form))\`. */
	global {
		interface ObjectConstructor {
			fromEntries(entries: FormData): any;
		}
	}`;

export const authTypes = (user: string, create: string): string => `	export interface Credentials {
		readonly email: string;
		readonly password: string;
	}
	export type NewUser = Credentials & Partial<Omit<${create}, 'email' | 'password' | 'passwordConfirm'>>;
	export const auth: {
		/** The signed-in person or null; reactive. */
		readonly user: ${user} | null;
		signUp(who: NewUser): Promise<${user}>;
		signUp(email: string, password: string, values?: Omit<NewUser, 'email' | 'password'>): Promise<${user}>;
		signIn(who: Credentials): Promise<${user}>;
		signIn(email: string, password: string): Promise<${user}>;
		signOut(): void;
		/** Settled once a kept sign-in has been checked against the server. */
		readonly ready: Promise<void>;
	};`;
