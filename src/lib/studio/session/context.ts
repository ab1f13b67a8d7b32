import { createContext } from 'svelte';
import type { Session } from './session.svelte.ts';
import type { Theme } from './theme.svelte.ts';

/** What every page of the builder shares; made once in the layout of `/tinykit`. */
export interface Builder {
	readonly session: Session;
	readonly theme: Theme;
}

const [useBuilder, provideBuilder] = createContext<Builder>();
export { provideBuilder, useBuilder };
