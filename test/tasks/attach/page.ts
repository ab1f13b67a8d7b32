// What the pages of all six apps share.

/** The root component without a backend. */
export const inMemory = (script: string, markup: string): string =>
	`<script lang="ts">\n${script.trimEnd()}\n</script>\n${markup}`;

/** The same page on data of people who sign in; the script has `problem`. */
export const behindSignIn = (script: string, markup: string): string =>
	inMemory(
		`	import { auth } from '$auth';
	import { data } from '$data';
	import SignIn from './lib/SignIn.svelte';
${script}
	async function attempt(work: () => Promise<unknown>) {
		problem = '';
		try {
			await work();
			await load();
		} catch (error) {
			problem = error instanceof Error ? error.message : 'That did not work.';
		}
	}
`,
		`
{#if auth.user}
	<header class="mx-auto flex max-w-2xl items-center justify-end gap-4 px-6 pt-4 text-sm">
		<span>{auth.user.name || auth.user.email}</span>
		<button class="min-h-10 underline" onclick={() => auth.signOut()}>Sign out</button>
	</header>
	{#if problem}<p role="alert" class="mx-auto max-w-2xl px-6 text-red-700">{problem}</p>{/if}
	${markup.trim().replaceAll('\n', '\n\t')}
{:else}
	<SignIn />
{/if}
`,
	);

export const signInFile = {
	'src/lib/SignIn.svelte': `<script lang="ts">
	import { auth } from '$auth';

	let isNew = $state(false);
	let name = $state('');
	let email = $state('');
	let password = $state('');
	let problem = $state('');
	let busy = $state(false);
	const field = 'min-h-10 w-full rounded-lg border px-3';

	async function submit(event: SubmitEvent) {
		event.preventDefault();
		busy = true;
		problem = '';
		try {
			if (isNew) await auth.signUp({ email, password, name });
			else await auth.signIn({ email, password });
		} catch (error) {
			problem = error instanceof Error ? error.message : 'That did not work.';
		} finally {
			busy = false;
		}
	}
</script>

<form class="mx-auto mt-16 grid max-w-sm gap-4 p-6" onsubmit={submit}>
	<h1 class="text-2xl font-semibold">{isNew ? 'Create an account' : 'Sign in'}</h1>
	{#if isNew}
		<label>Name <input class={field} bind:value={name} autocomplete="name" /></label>
	{/if}
	<label>
		E-mail
		<input class={field} type="email" bind:value={email} required autocomplete="email" />
	</label>
	<label>
		Password
		<input
			class={field}
			type="password"
			bind:value={password}
			required
			minlength="8"
			autocomplete={isNew ? 'new-password' : 'current-password'}
		/>
	</label>
	<p role="alert">{problem}</p>
	<button class="min-h-10 rounded-lg bg-teal-700 px-4 font-medium text-white" disabled={busy}>
		{isNew ? 'Create account' : 'Sign in'}
	</button>
	<button class="min-h-10 underline" type="button" onclick={() => (isNew = !isNew)}>
		{isNew ? 'I have an account' : 'I am new here'}
	</button>
</form>
`,
} as const;

/** What every prompt asks for. */
export const keepsLooks =
	'People sign up and sign in in the app itself. Keep the look, and keep texts and labels of inputs and buttons as they are.';
