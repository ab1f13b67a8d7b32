export const auth = `# $auth: the app's own people

People are records of the collection users (email, name, avatar and fields you add). auth.user is the signed-in person or
null; it is reactive in markup, $derived and $effect. The sign-in is kept over reloads.

\`\`\`svelte
<script lang="ts">
	import { auth } from '$auth';

	let isNew = $state(false);
	let email = $state('');
	let password = $state('');
	let name = $state('');
	let problem = $state('');
	let busy = $state(false);

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

{#if auth.user}
	<p>Hello {auth.user.name || auth.user.email}</p>
	<button onclick={() => auth.signOut()}>Sign out</button>
{:else}
	<form onsubmit={submit}>
		{#if isNew}<label>Name <input bind:value={name} autocomplete="name" /></label>{/if}
		<label>E-mail <input type="email" bind:value={email} required autocomplete="email" /></label>
		<label>
			Password
			<input type="password" bind:value={password} required minlength="8"
				autocomplete={isNew ? 'new-password' : 'current-password'} />
		</label>
		<p role="alert">{problem}</p>
		<button disabled={busy}>{isNew ? 'Create account' : 'Sign in'}</button>
		<button type="button" onclick={() => (isNew = !isNew)}>{isNew ? 'I have an account' : 'I am new here'}</button>
	</form>
{/if}
\`\`\`

- Passwords have at least 8 characters. signUp creates the account and signs in.
- await auth.ready: the kept sign-in has been checked with the server. Rarely needed.
- Other people's e-mail addresses are hidden from each other. Show name.
- To change the signed-in person: data.users.update(auth.user.id, { name }). Sign-in state follows.
- What one person may see or do is decided by rules, not by {#if auth.user}: see the topic rules.
`;
