import { js, type Recipe } from '../recipe.ts';
import { errorsFile } from './shared.ts';
import { theme } from './theme.ts';

export const guestbook: Recipe = {
	name: 'guestbook',
	label: 'a guestbook',
	words: [
		[/\bguest ?-?books?\b|gästebuch/i, 10],
		[/\b(?:wishes|greetings|congratulat\w+|condolences|testimonials)\b/i, 4],
		[/\b(?:comments?|message (?:board|wall)|wall of|visitors?|guests?|leave (?:a|us|me) )/i, 3],
		[/\b(?:wedding|birthday|party|anniversary)\b/i, 2],
	],
	title: 'Guestbook',
	noun: 'guestbook',
	build: ({ title }) => ({
		schema: {
			create: [
				{
					name: 'entries',
					fields: [
						{ name: 'name', type: 'text', required: true, max: 80 },
						{ name: 'message', type: 'text', required: true, max: 1000 },
						{ name: 'created', type: 'autodate', onCreate: true },
					],
					// Everybody reads and signs; nobody changes or removes what others wrote.
					rules: { list: '', view: '', create: '', update: null, delete: null },
				},
			],
		},
		files: [
			{ path: 'src/App.svelte', text: app(title) },
			{ path: 'src/lib/Entry.svelte', text: entry },
			errorsFile,
		],
		summary: [
			`A guestbook called "${title}"`,
			'Everybody can read it and sign it; nobody can change or remove entries in the page',
			'New entries appear at once for everybody who has it open',
		],
		next: ['Sign it in the preview'],
	}),
};

const app = (title: string): string => `<script lang="ts">
	import { onMount } from 'svelte';
	import { data } from '$data';
	import Entry from './lib/Entry.svelte';
	import { explain } from './lib/errors.ts';

	const title = ${js(title)};
	const perPage = 30;

	interface Signed {
		id: string;
		name: string;
		message: string;
		created: string;
	}

	let entries = $state<Signed[]>([]);
	let total = $state(0);
	let status = $state<'loading' | 'ready' | 'failed'>('loading');
	let name = $state('');
	let message = $state('');
	let busy = $state(false);
	let problem = $state('');
	let thanks = $state('');

	const isSigned = (record: { id: string }) => entries.some((entry) => entry.id === record.id);

	function add(record: Signed) {
		if (isSigned(record)) return;
		entries = [record, ...entries];
		total += 1;
	}

	async function load(page = 1) {
		try {
			const result = await data.entries.list({ sort: '-created', page, perPage });
			const fresh = result.items as unknown as Signed[];
			entries = page === 1 ? fresh : [...entries, ...fresh.filter((entry) => !isSigned(entry))];
			total = result.totalItems;
			status = 'ready';
		} catch (error) {
			problem = explain(error);
			status = 'failed';
		}
	}

	async function sign(event: SubmitEvent) {
		event.preventDefault();
		busy = true;
		problem = '';
		thanks = '';
		try {
			const record = await data.entries.create({ name: name.trim(), message: message.trim() });
			add(record as unknown as Signed);
			thanks = 'Thank you, ' + name.trim() + '!';
			message = '';
		} catch (error) {
			problem = explain(error);
		} finally {
			busy = false;
		}
	}

	onMount(() => {
		void load();
		return data.entries.subscribe(({ action, record }) => {
			if (action === 'create') add(record as unknown as Signed);
			else if (action === 'delete' && isSigned(record)) {
				entries = entries.filter((entry) => entry.id !== record.id);
				total -= 1;
			}
		});
	});
</script>

<svelte:head><title>{title}</title></svelte:head>

<main>
	<header>
		<h1>{title}</h1>
		<p>Leave a few words. We read every one of them.</p>
	</header>

	<form onsubmit={sign}>
		<label>
			Your name
			<input bind:value={name} required maxlength="80" autocomplete="name" />
		</label>
		<label>
			Your message
			<textarea bind:value={message} required maxlength="1000" rows="4"></textarea>
		</label>
		<div class="row">
			<button class="primary" disabled={busy || !name.trim() || !message.trim()}>
				{busy ? 'Signing…' : 'Sign the guestbook'}
			</button>
			<span class="thanks" role="status">{thanks}</span>
		</div>
		<p class="problem" role="alert">{problem}</p>
	</form>

	<section aria-labelledby="entries">
		<h2 id="entries">
			{total === 1 ? '1 entry' : total + ' entries'}
		</h2>
		{#if status === 'loading'}
			<p class="quiet">Loading…</p>
		{:else if status === 'failed'}
			<button onclick={() => load()}>Try again</button>
		{:else if entries.length === 0}
			<p class="quiet">Nobody has signed yet. Be the first!</p>
		{:else}
			<ul>
				{#each entries as entry (entry.id)}
					<li><Entry {entry} /></li>
				{/each}
			</ul>
			{#if entries.length < total}
				<button onclick={() => load(Math.floor(entries.length / perPage) + 1)}>Show older entries</button>
			{/if}
		{/if}
	</section>
</main>

<style>${theme({ light: '#a3402a', dark: '#f2a08d' })}
	main {
		display: grid;
		gap: 32px;
		max-width: 680px;
		margin: 0 auto;
		padding: clamp(32px, 8vw, 72px) 20px;
	}
	h1 {
		margin: 0 0 8px;
		font: 600 clamp(2rem, 7vw, 3rem)/1.15 Georgia, serif;
		overflow-wrap: anywhere;
	}
	header p,
	.quiet {
		margin: 0;
		color: var(--soft);
	}
	form {
		display: grid;
		gap: 16px;
		padding: 24px;
		border: 1px solid var(--line);
		border-radius: 16px;
		background: var(--card);
	}
	label {
		display: grid;
		gap: 6px;
		font-weight: 600;
	}
	.row {
		display: flex;
		flex-wrap: wrap;
		align-items: center;
		gap: 14px;
	}
	.thanks {
		color: var(--accent);
		font-weight: 600;
	}
	.problem {
		margin: 0;
		color: var(--danger);
	}
	.problem:empty {
		display: none;
	}
	h2 {
		margin: 0 0 16px;
		font-size: 1.05rem;
		font-weight: 600;
	}
	ul {
		display: grid;
		gap: 14px;
		margin: 0 0 16px;
		padding: 0;
		list-style: none;
	}
</style>
`;

const entry = `<script lang="ts">
	let { entry }: { entry: { name: string; message: string; created: string } } = $props();

	const when = $derived(
		new Date(entry.created).toLocaleDateString(undefined, { dateStyle: 'medium' }),
	);
</script>

<article>
	<p>{entry.message}</p>
	<footer>
		<strong>{entry.name}</strong>
		<time datetime={entry.created}>{when}</time>
	</footer>
</article>

<style>
	article {
		padding: 18px 20px;
		border: 1px solid var(--line);
		border-radius: 14px;
		background: var(--card);
	}
	p {
		margin: 0 0 10px;
		white-space: pre-wrap;
		overflow-wrap: anywhere;
	}
	footer {
		display: flex;
		flex-wrap: wrap;
		gap: 4px 12px;
		color: var(--soft);
		font-size: 0.9rem;
	}
	strong {
		color: var(--text);
		overflow-wrap: anywhere;
	}
</style>
`;
