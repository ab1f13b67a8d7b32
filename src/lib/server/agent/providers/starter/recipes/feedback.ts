import type { Recipe } from '../recipe.ts';
import { created, ownerField, shownRules } from './access.ts';
import { appFile, listFiles, signInFile } from './shared.ts';
import { themeFile } from './theme.ts';

export const feedback: Recipe = {
	name: 'feedback',
	label: 'a board for feedback and votes',
	words: [
		[/\b(?:feedback|feature (?:requests?|votes?|board)|suggestion ?box|suggestions?)\b/i, 12],
		[/\b(?:up ?votes?|vote on|ideas? board|roadmap|bug reports?)\b/i, 8],
		[/\b(?:ideas?|features?|requests?|votes?)\b/i, 2],
	],
	title: 'Feedback',
	noun: 'feedback',
	build: ({ title }) => ({
		schema: {
			create: [
				{
					name: 'ideas',
					fields: [
						{ name: 'title', type: 'text', required: true, max: 120 },
						{ name: 'details', type: 'text', max: 2000 },
						ownerField,
						created,
					],
					rules: shownRules,
				},
				{
					name: 'votes',
					fields: [
						{
							name: 'idea',
							type: 'relation',
							collection: 'ideas',
							required: true,
							maxSelect: 1,
							cascadeDelete: true,
						},
						ownerField,
					],
					// A vote is given or taken back, never changed.
					rules: { ...shownRules, update: null },
					indexes: [{ fields: ['idea', 'owner'], unique: true }],
				},
			],
		},
		files: [
			appFile({
				title,
				intro: 'Say what is missing, and vote for what others said.',
				component: 'Ideas',
				people: 'some',
			}),
			{ path: 'src/lib/Ideas.svelte', text: board },
			signInFile(),
			...listFiles,
			themeFile({ light: '#a12c4e', dark: '#ff9db6' }),
		],
		summary: [
			`A feedback board called "${title}"`,
			'Everybody reads it; who signs in adds ideas and has one vote for each',
			'The order moves for everybody while votes come in',
		],
		next: ['Create an account in the preview, add an idea and vote for it'],
	}),
};

const board = `<script lang="ts">
	import { data } from '$data';
	import { live } from './live.svelte.ts';
	import SignIn from './SignIn.svelte';
	import States from './States.svelte';

	/** Who is signed in, or nothing. */
	let { owner }: { owner: string } = $props();

	const ideas = live({
		list: (page) => data.ideas.list({ sort: '-created', page, perPage: 200 }),
		subscribe: (fn) => data.ideas.subscribe(fn),
	});
	const votes = live({
		list: (page) => data.votes.list({ page, perPage: 500 }),
		subscribe: (fn) => data.votes.subscribe(fn),
	});
	const blank = () => ({ title: '', details: '' });
	let values = $state(blank());

	const counts = $derived.by(() => {
		const found: Record<string, number> = {};
		for (const vote of votes.items) found[vote.idea] = (found[vote.idea] ?? 0) + 1;
		return found;
	});
	const count = (id: string) => counts[id] ?? 0;
	const ranked = $derived([...ideas.items].sort((a, b) => count(b.id) - count(a.id)));
	const mine = (id: string) => votes.items.find((vote) => vote.idea === id && vote.owner === owner);

	function add(event: SubmitEvent) {
		event.preventDefault();
		return ideas.change(async () => {
			ideas.put(await data.ideas.create({ ...values, owner }));
			values = blank();
		});
	}
	const toggle = (idea: string) =>
		votes.change(async () => {
			const vote = mine(idea);
			if (!vote) return votes.put(await data.votes.create({ idea, owner }));
			await data.votes.delete(vote.id);
			votes.drop(vote.id);
		});
	const remove = (id: string) =>
		ideas.change(async () => {
			await data.ideas.delete(id);
			ideas.drop(id);
		});
</script>

{#if owner}
	<form class="card" onsubmit={add}>
		<label>
			Your idea
			<input bind:value={values.title} required maxlength="120" autocomplete="off" />
		</label>
		<label>
			Details
			<textarea bind:value={values.details} maxlength="2000" rows="3"></textarea>
		</label>
		<div class="row">
			<button class="primary" disabled={ideas.busy || !values.title.trim()}>Add idea</button>
		</div>
	</form>
{:else}
	<SignIn />
{/if}

<div class="bar">
	<h2>{ideas.items.length === 1 ? '1 idea' : ideas.items.length + ' ideas'}</h2>
	{#if !owner}<span class="quiet">Sign in to vote</span>{/if}
</div>
<p class="problem" role="alert">{votes.problem}</p>
<States list={ideas} empty="No ideas yet. Add the first one.">
	<ul class="list">
		{#each ranked as idea (idea.id)}
			<li class="card">
				<button
					class="vote number"
					aria-pressed={owner !== '' && mine(idea.id) !== undefined}
					aria-label={'Vote for ' + idea.title + ', ' + count(idea.id) + ' votes'}
					disabled={!owner || votes.busy}
					onclick={() => toggle(idea.id)}>▲ {count(idea.id)}</button
				>
				<div class="grow">
					<strong>{idea.title}</strong>
					{#if idea.details}<p class="details">{idea.details}</p>{/if}
				</div>
				{#if idea.owner === owner}
					<button class="plain" aria-label={'Delete ' + idea.title} onclick={() => remove(idea.id)}>✕</button>
				{/if}
			</li>
		{/each}
	</ul>
</States>

<style>
	.vote {
		min-width: 72px;
	}
	.vote:disabled {
		opacity: 1;
	}
	.details {
		white-space: pre-wrap;
	}
</style>
`;
