import { js, type Recipe } from '../recipe.ts';
import { boardRules, created } from './access.ts';
import { appFile, errorsFile } from './shared.ts';
import { themeFile } from './theme.ts';

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
							created,
						],
						rules: boardRules,
						indexes: [{ fields: ['choice'] }],
					},
				],
			},
			files: [
				appFile({
					title: names.title,
					intro: 'One vote each; the result moves while votes come in.',
					component: 'Poll',
					people: 'none',
				}),
				{ path: 'src/lib/Poll.svelte', text: ballot(question, options) },
				{ path: 'src/lib/Bar.svelte', text: bar },
				errorsFile,
				themeFile({ light: '#3d4fc4', dark: '#a9b5ff', wide: 620 }),
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

const ballot = (question: string, options: readonly string[]): string => `<script lang="ts">
	import { onMount } from 'svelte';
	import { data } from '$data';
	import Bar from './Bar.svelte';
	import { explain } from './errors.ts';

	const question = ${js(question)};
	/** The same answers stand in the field "choice" of the table "votes". */
	const options: string[] = ${js(options)};
	const memory = 'poll:choice';

	let counts = $state<Record<string, number>>({});
	let mine = $state(recall());
	const blank = () => ({ choice: '' });
	let values = $state(blank());
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
			counts = Object.fromEntries(options.map((option, index) => [option, pages[index]?.totalItems ?? 0]));
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
			await data.votes.create({ ...values });
			remember(values.choice);
			values = blank();
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

<h2 class="question">{question}</h2>
{#if !mine}
	<form onsubmit={vote}>
		<fieldset>
			<legend>Your answer</legend>
			{#each options as option (option)}
				<label class="check card" class:chosen={values.choice === option}>
					<input type="radio" name="choice" value={option} bind:group={values.choice} required />
					{option}
				</label>
			{/each}
		</fieldset>
		<button class="primary" disabled={busy || !values.choice}>{busy ? 'Voting…' : 'Vote'}</button>
	</form>
{:else}
	<p class="card" role="status">You voted for <strong>{mine}</strong>. Thank you!</p>
{/if}
<p class="problem" role="alert">{problem}</p>

<section aria-labelledby="result">
	<div class="bar">
		<h2 id="result">Result</h2>
		<span class="quiet">{total === 1 ? '1 vote' : total + ' votes'}, live</span>
	</div>
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

<style>
	.question {
		margin-bottom: 18px;
		font-size: 1.35rem;
	}
	fieldset {
		display: grid;
		gap: 10px;
		margin: 0;
		padding: 0;
		border: 0;
	}
	legend {
		margin-bottom: 10px;
		color: var(--soft);
	}
	label.card {
		min-height: 52px;
		padding: 10px 16px;
		overflow-wrap: anywhere;
	}
	.chosen {
		border-color: var(--accent);
		box-shadow: inset 0 0 0 1px var(--accent);
	}
</style>
`;

const bar = `<script lang="ts">
	let { label, count, total, mine }: { label: string; count: number; total: number; mine: boolean } =
		$props();

	const percent = $derived(total === 0 ? 0 : Math.round((count / total) * 100));
</script>

<div class="bar">
	<strong>{label}{mine ? ' (your vote)' : ''}</strong>
	<span class="quiet number">{percent}% · {count}</span>
	<div class="track"><div class="fill" style:width="{percent}%"></div></div>
</div>

<style>
	.bar {
		margin: 0 0 14px;
		overflow-wrap: anywhere;
	}
	.track {
		flex-basis: 100%;
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
