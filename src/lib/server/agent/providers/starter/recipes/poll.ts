import { js, type Recipe } from '../recipe.ts';
import { errorsFile } from './shared.ts';
import { theme } from './theme.ts';

export const poll: Recipe = {
	name: 'poll',
	label: 'a poll with live results',
	words: [
		[/\b(?:polls?|voting|votes?|umfrage|abstimmung)\b/i, 10],
		[/\b(?:survey|ballot|decide|choose between|which (?:one|of)|favou?rites?)\b/i, 4],
		[/\b(?:which|where|when|what|who|should|shall)\b[^.!]*\?/i, 3],
		[/\b(?:results?|live|percent\w*)\b/i, 1],
	],
	title: 'Quick poll',
	noun: 'poll',
	build(names) {
		const options = names.options.length >= 2 ? names.options : ['Yes', 'No', 'Not sure'];
		const question = names.question ?? `${names.title}: what do you say?`;
		return {
			schema: {
				create: [
					{
						name: 'votes',
						fields: [
							{
								name: 'choice',
								type: 'select',
								values: [...options],
								maxSelect: 1,
								required: true,
							},
							{ name: 'created', type: 'autodate', onCreate: true },
						],
						// Everybody votes and sees the votes; a vote that is cast stays as it is.
						rules: { list: '', view: '', create: '', update: null, delete: null },
						indexes: [{ fields: ['choice'] }],
					},
				],
			},
			files: [
				{ path: 'src/App.svelte', text: app(names.title, question, options) },
				{ path: 'src/lib/Bar.svelte', text: bar },
				errorsFile,
			],
			summary: [
				`A poll: "${question}"`,
				`Answers: ${options.join(', ')}`,
				'Everybody can vote once per browser; the result moves for all while votes come in',
			],
			next: ['Vote in the preview, and open it in a second tab to see the result move'],
		};
	},
};

const app = (
	title: string,
	question: string,
	options: readonly string[],
): string => `<script lang="ts">
	import { onMount } from 'svelte';
	import { data } from '$data';
	import Bar from './lib/Bar.svelte';
	import { explain } from './lib/errors.ts';

	const title = ${js(title)};
	const question = ${js(question)};
	/** The same answers stand in the field "choice" of the collection "votes". */
	const options: string[] = ${js(options)};
	const memory = 'poll:choice';

	let counts = $state<Record<string, number>>({});
	let mine = $state(recall());
	let choice = $state('');
	let status = $state<'loading' | 'ready' | 'failed'>('loading');
	let busy = $state(false);
	let problem = $state('');

	const total = $derived(options.reduce((sum, option) => sum + (counts[option] ?? 0), 0));

	// A page in a sandbox has no storage: then the vote is remembered until it is reloaded.
	function recall(): string {
		try {
			return localStorage.getItem(memory) ?? '';
		} catch {
			return '';
		}
	}
	function remember(voted: string) {
		mine = voted;
		try {
			localStorage.setItem(memory, voted);
		} catch {
			return;
		}
	}

	async function load() {
		try {
			const pages = await Promise.all(
				options.map((option) =>
					data.votes.list({ filter: 'choice = {:option}', params: { option }, perPage: 1 }),
				),
			);
			counts = Object.fromEntries(options.map((option, index) => [option, pages[index].totalItems]));
			problem = '';
			status = 'ready';
		} catch (error) {
			problem = explain(error);
			status = 'failed';
		}
	}

	async function vote(event: SubmitEvent) {
		event.preventDefault();
		busy = true;
		problem = '';
		try {
			await data.votes.create({ choice });
			remember(choice);
			await load();
		} catch (error) {
			problem = explain(error);
		} finally {
			busy = false;
		}
	}

	onMount(() => {
		void load();
		let timer: ReturnType<typeof setTimeout> | undefined;
		// Many votes at once are counted once.
		const stop = data.votes.subscribe(() => {
			clearTimeout(timer);
			timer = setTimeout(load, 150);
		});
		return () => {
			clearTimeout(timer);
			stop();
		};
	});
</script>

<svelte:head><title>{title}</title></svelte:head>

<main>
	<p class="title">{title}</p>
	<h1>{question}</h1>

	{#if !mine}
		<form onsubmit={vote}>
			<fieldset>
				<legend>Your answer</legend>
				{#each options as option (option)}
					<label class:chosen={choice === option}>
						<input type="radio" name="choice" value={option} bind:group={choice} required />
						{option}
					</label>
				{/each}
			</fieldset>
			<button class="primary" disabled={busy || !choice}>{busy ? 'Voting…' : 'Vote'}</button>
		</form>
	{:else}
		<p class="thanks" role="status">You voted for <strong>{mine}</strong>. Thank you!</p>
	{/if}
	<p class="problem" role="alert">{problem}</p>

	<section aria-labelledby="result">
		<h2 id="result">
			Result <span>{total === 1 ? '1 vote' : total + ' votes'}, live</span>
		</h2>
		{#if status === 'loading'}
			<p class="quiet">Counting…</p>
		{:else if status === 'failed'}
			<button onclick={load}>Try again</button>
		{:else}
			{#each options as option (option)}
				<Bar label={option} count={counts[option] ?? 0} {total} mine={mine === option} />
			{/each}
		{/if}
	</section>
</main>

<style>${theme({ light: '#3d4fc4', dark: '#a9b5ff' })}
	main {
		max-width: 620px;
		margin: 0 auto;
		padding: clamp(32px, 8vw, 72px) 20px;
	}
	.title {
		margin: 0;
		color: var(--accent);
		font-weight: 700;
	}
	h1 {
		margin: 4px 0 28px;
		font-size: clamp(1.7rem, 6vw, 2.5rem);
		font-weight: 750;
		line-height: 1.2;
		overflow-wrap: anywhere;
	}
	fieldset {
		display: grid;
		gap: 10px;
		margin: 0 0 18px;
		padding: 0;
		border: 0;
	}
	legend {
		margin-bottom: 10px;
		color: var(--soft);
	}
	label {
		display: flex;
		align-items: center;
		gap: 12px;
		min-height: 52px;
		padding: 10px 16px;
		border: 1px solid var(--line);
		border-radius: 12px;
		background: var(--card);
		font-weight: 600;
		overflow-wrap: anywhere;
		cursor: pointer;
	}
	label.chosen {
		border-color: var(--accent);
		box-shadow: inset 0 0 0 1px var(--accent);
	}
	label input[type='radio'] {
		flex: none;
		width: 20px;
		min-height: 20px;
		margin: 0;
		accent-color: var(--accent);
	}
	.thanks {
		margin: 0;
		padding: 14px 16px;
		border-left: 4px solid var(--accent);
		background: var(--card);
	}
	.problem {
		margin: 12px 0 0;
		color: var(--danger);
	}
	.problem:empty {
		display: none;
	}
	section {
		display: grid;
		gap: 14px;
		margin-top: 32px;
	}
	h2 {
		display: flex;
		justify-content: space-between;
		margin: 0;
		font-size: 1.05rem;
		font-weight: 700;
	}
	h2 span,
	.quiet {
		margin: 0;
		color: var(--soft);
		font-weight: 400;
	}
</style>
`;

const bar = `<script lang="ts">
	let { label, count, total, mine }: { label: string; count: number; total: number; mine: boolean } =
		$props();

	const percent = $derived(total === 0 ? 0 : Math.round((count / total) * 100));
</script>

<div>
	<p>
		<span>{label}{mine ? ' (your vote)' : ''}</span>
		<span class="number">{percent}% · {count}</span>
	</p>
	<div class="track"><div class="fill" style:width="{percent}%"></div></div>
</div>

<style>
	p {
		display: flex;
		justify-content: space-between;
		gap: 12px;
		margin: 0 0 6px;
		font-weight: 600;
		overflow-wrap: anywhere;
	}
	.number {
		flex: none;
		color: var(--soft);
		font-variant-numeric: tabular-nums;
	}
	.track {
		overflow: hidden;
		height: 12px;
		border-radius: 6px;
		background: var(--line);
	}
	.fill {
		height: 100%;
		border-radius: 6px;
		background: var(--accent);
		transition: width 300ms ease;
	}
	@media (prefers-reduced-motion: reduce) {
		.fill {
			transition: none;
		}
	}
</style>
`;
