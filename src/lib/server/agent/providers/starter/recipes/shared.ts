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

/** Sign-in and sign-up for the app's own people. */
export const signInFile = {
	path: 'src/lib/SignIn.svelte',
	text: `<script lang="ts">
	import { auth } from '$auth';
	import { explain } from './errors.ts';

	let isNew = $state(false);
	let email = $state('');
	let password = $state('');
	let busy = $state(false);
	let problem = $state('');

	async function submit(event: SubmitEvent) {
		event.preventDefault();
		busy = true;
		problem = '';
		try {
			if (isNew) await auth.signUp({ email, password });
			else await auth.signIn({ email, password });
		} catch (error) {
			problem = explain(error);
		} finally {
			busy = false;
		}
	}
</script>

<form onsubmit={submit}>
	<h2>{isNew ? 'Create your account' : 'Sign in'}</h2>
	<label>
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
	<button type="button" class="switch" onclick={() => ((isNew = !isNew), (problem = ''))}>
		{isNew ? 'I have an account already' : 'I am new here'}
	</button>
</form>

<style>
	form {
		display: grid;
		gap: 14px;
		max-width: 420px;
		margin: 0 auto;
		padding: 28px;
		border: 1px solid var(--line);
		border-radius: 16px;
		background: var(--card);
	}
	h2 {
		margin: 0;
		font-size: 1.25rem;
		font-weight: 700;
	}
	label {
		display: grid;
		gap: 6px;
		font-weight: 600;
	}
	.problem {
		margin: 0;
		color: var(--danger);
	}
	.problem:empty {
		display: none;
	}
	.switch {
		border-color: transparent;
		background: none;
		color: var(--accent);
	}
</style>
`,
} as const;

/** Every record belongs to one person, who alone may see and change it. */
export const ownerRules = {
	list: '@request.auth.id != "" && owner = @request.auth.id',
	view: '@request.auth.id != "" && owner = @request.auth.id',
	create: '@request.auth.id != "" && @request.body.owner = @request.auth.id',
	// The owner cannot be given away: it is left out of a change, or is still the same person.
	update:
		'@request.auth.id != "" && owner = @request.auth.id && (@request.body.owner = "" || @request.body.owner = @request.auth.id)',
	delete: '@request.auth.id != "" && owner = @request.auth.id',
} as const;

export const ownerField = {
	name: 'owner',
	type: 'relation',
	collection: 'users',
	required: true,
	maxSelect: 1,
	cascadeDelete: true,
} as const;
