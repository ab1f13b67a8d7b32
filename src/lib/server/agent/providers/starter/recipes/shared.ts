import { js } from '../recipe.ts';

/** Turns what the backend answers into a sentence for people. */
export const errorsFile = {
	path: 'src/lib/errors.ts',
	text: `interface Failure {
	message?: string;
	status?: number;
	response?: { data?: Record<string, { message?: string }> };
}

/** One sentence for the page: what the server said about a field, or about the request. */
export function explain(error: unknown): string {
	const failure = error as Failure;
	for (const [field, issue] of Object.entries(failure.response?.data ?? {})) {
		if (issue.message) return field + ': ' + issue.message;
	}
	if (failure.status === 0) return 'The server cannot be reached. Try again in a moment.';
	return failure.message ?? 'Something went wrong. Try again.';
}
`,
} as const;

/** A table as a list on the page: loading, failure, live changes, one place for what went wrong. */
const liveFile = {
	path: 'src/lib/live.svelte.ts',
	text: `import { onMount } from 'svelte';
import { explain } from './errors.ts';

interface Row {
	id: string;
}
interface Page<T> {
	items: T[];
	totalPages: number;
}
interface Change<T> {
	action: string;
	record: T;
}
interface Source<T> {
	list: (page: number) => Promise<Page<T>>;
	subscribe: (fn: (change: Change<T>) => void) => () => void;
	/** Where a new record goes. */
	add?: 'first' | 'last';
}

export class Live<T extends Row> {
	items = $state<T[]>([]);
	status = $state<'loading' | 'ready' | 'failed'>('loading');
	busy = $state(false);
	problem = $state('');
	#source: Source<T>;

	constructor(source: Source<T>) {
		this.#source = source;
	}

	put(record: T) {
		const known = this.items.some(({ id }) => id === record.id);
		if (known) this.items = this.items.map((item) => (item.id === record.id ? record : item));
		else if (this.#source.add === 'last') this.items = [...this.items, record];
		else this.items = [record, ...this.items];
	}

	drop(id: string) {
		this.items = this.items.filter((item) => item.id !== id);
	}

	async load() {
		this.problem = '';
		try {
			const all: T[] = [];
			for (let page = 1, pages = 1; page <= pages; page += 1) {
				const result = await this.#source.list(page);
				all.push(...result.items);
				pages = result.totalPages;
			}
			this.items = all;
			this.status = 'ready';
		} catch (error) {
			this.problem = explain(error);
			this.status = 'failed';
		}
	}

	/** Does one change and says what went wrong with it. */
	async change(work: () => Promise<unknown>): Promise<boolean> {
		this.busy = true;
		this.problem = '';
		try {
			await work();
			return true;
		} catch (error) {
			this.problem = explain(error);
			return false;
		} finally {
			this.busy = false;
		}
	}

	start() {
		void this.load();
		return this.#source.subscribe(({ action, record }) => {
			if (action === 'delete') this.drop(record.id);
			else this.put(record);
		});
	}
}

/** A table that is loaded when the component appears and stays in step with it. */
export function live<T extends Row>(source: Source<T>): Live<T> {
	const list = new Live(source);
	onMount(() => list.start());
	return list;
}
`,
} as const;

/** What stands in place of a list that is loading, failed or is empty. */
const statesFile = {
	path: 'src/lib/States.svelte',
	text: `<script lang="ts">
	import type { Snippet } from 'svelte';

	interface Props {
		list: { status: string; problem: string; load: () => void; items: unknown[] };
		empty: string;
		children: Snippet;
	}
	let { list, empty, children }: Props = $props();
</script>

<p class="problem" role="alert">{list.problem}</p>
{#if list.status === 'loading'}
	<p class="quiet">Loading…</p>
{:else if list.status === 'failed'}
	<button onclick={() => list.load()}>Try again</button>
{:else if list.items.length === 0}
	<p class="quiet">{empty}</p>
{:else}
	{@render children()}
{/if}
`,
} as const;

/** What every recipe with a list brings along. */
export const listFiles = [liveFile, statesFile, errorsFile] as const;

/**
 * Sign-in and sign-up for the app's own people.
 * @param named asks new people for their name, which others will read
 */
export const signInFile = (named = false) =>
	({ path: 'src/lib/SignIn.svelte', text: signIn(named) }) as const;

const signIn = (named: boolean): string => `<script lang="ts">
	import { auth } from '$auth';
	import { explain } from './errors.ts';

	let isNew = $state(false);
${named ? `	let name = $state('');\n` : ''}	let email = $state('');
	let password = $state('');
	let busy = $state(false);
	let problem = $state('');

	async function submit(event: SubmitEvent) {
		event.preventDefault();
		busy = true;
		problem = '';
		try {
			if (isNew) await auth.signUp({ email, password${named ? ', name: name.trim()' : ''} });
			else await auth.signIn({ email, password });
		} catch (error) {
			problem = explain(error);
		} finally {
			busy = false;
		}
	}
</script>

<form class="card" onsubmit={submit}>
	<h2>{isNew ? 'Create your account' : 'Sign in'}</h2>
${
	named
		? `	{#if isNew}
		<label>
			Name
			<input bind:value={name} required maxlength="80" autocomplete="name" />
		</label>
	{/if}
`
		: ''
}	<label>
		E-mail
		<input type="email" bind:value={email} required autocomplete="email" />
	</label>
	<label>
		Password
		<input
			type="password"
			bind:value={password}
			required
			minlength="8"
			autocomplete={isNew ? 'new-password' : 'current-password'}
		/>
	</label>
	<p class="problem" role="alert">{problem}</p>
	<button class="primary" disabled={busy}>{isNew ? 'Create account' : 'Sign in'}</button>
	<button type="button" class="plain" onclick={() => ((isNew = !isNew), (problem = ''))}>
		{isNew ? 'I have an account already' : 'I am new here'}
	</button>
</form>

<style>
	form {
		width: 100%;
		max-width: 420px;
		margin: 0 auto;
	}
</style>
`;

interface Page {
	readonly title: string;
	readonly intro: string;
	/** Name of the component in `src/lib` that is the app. */
	readonly component: string;
	/**
	 * `none`: nobody signs in. `all`: the app is behind the sign-in and gets `owner`. `some`: everybody sees the
	 * app; `owner` is empty until somebody signs in.
	 */
	readonly people: 'none' | 'all' | 'some';
}

/** The root component: title, who is signed in, and the app itself. */
export const appFile = (page: Page) => ({ path: 'src/App.svelte', text: app(page) }) as const;

const bodies = {
	none: (name: string) => `	<${name} />`,
	all: (name: string) => `	{#if user}
		{#key user.id}
			<${name} owner={user.id} />
		{/key}
	{:else}
		<SignIn />
	{/if}`,
	some: (name: string) => `	<${name} owner={user?.id ?? ''} />`,
} as const;

function app({ title, intro, component, people }: Page): string {
	const knows = people !== 'none';
	return `${knows ? '' : '<svelte:options runes />\n\n'}<script lang="ts">
${knows ? `	import { auth } from '$auth';\n` : ''}	import ${component} from './lib/${component}.svelte';
${people === 'all' ? `	import SignIn from './lib/SignIn.svelte';\n` : ''}	import './app.css';

	const title = ${js(title)};
${knows ? `	const user = $derived(auth.user);\n` : ''}</script>

<svelte:head><title>{title}</title></svelte:head>

<main>
	<header class="top">
		<div>
			<h1>{title}</h1>
			<p class="intro">${intro}</p>
		</div>
${
	knows
		? `		{#if user}
			<p class="who">
				<span>{user.email}</span>
				<button onclick={() => auth.signOut()}>Sign out</button>
			</p>
		{/if}
`
		: ''
}	</header>
${bodies[people](component)}
</main>
`;
}
