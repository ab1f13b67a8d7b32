import type { Recipe } from '../recipe.ts';
import { boardRules, created } from './access.ts';
import { appFile, listFiles } from './shared.ts';
import { themeFile } from './theme.ts';

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
						created,
					],
					rules: boardRules,
				},
			],
		},
		files: [
			appFile({
				title,
				intro: 'Leave a few words. We read every one of them.',
				component: 'Guestbook',
				people: 'none',
			}),
			{ path: 'src/lib/Guestbook.svelte', text: book },
			...listFiles,
			themeFile({ light: '#a3402a', dark: '#f2a08d', serif: true }),
		],
		summary: [
			`A guestbook called "${title}"`,
			'Everybody can read it and sign it; nobody can change or remove entries in the page',
			'New entries appear at once for everybody who has it open',
		],
		next: ['Sign it in the preview'],
	}),
};

const book = `<script lang="ts">
	import { data } from '$data';
	import { live } from './live.svelte.ts';
	import States from './States.svelte';

	const entries = live({
		list: (page) => data.entries.list({ sort: '-created', page, perPage: 200 }),
		subscribe: (fn) => data.entries.subscribe(fn),
	});
	const blank = () => ({ name: '', message: '' });
	let values = $state(blank());
	let thanks = $state('');
	let shown = $state(30);

	async function sign(event: SubmitEvent) {
		event.preventDefault();
		thanks = '';
		await entries.change(async () => {
			entries.put(await data.entries.create({ ...values }));
			thanks = 'Thank you, ' + values.name.trim() + '!';
			values = blank();
		});
	}
	const day = (date: string) => new Date(date).toLocaleDateString(undefined, { dateStyle: 'medium' });
</script>

<form class="card" onsubmit={sign}>
	<label>
		Your name
		<input bind:value={values.name} required maxlength="80" autocomplete="name" />
	</label>
	<label>
		Your message
		<textarea bind:value={values.message} required maxlength="1000" rows="4"></textarea>
	</label>
	<div class="row">
		<button class="primary" disabled={entries.busy || !values.name.trim() || !values.message.trim()}>
			{entries.busy ? 'Signing…' : 'Sign the guestbook'}
		</button>
		<span class="thanks" role="status">{thanks}</span>
	</div>
</form>

<section aria-labelledby="entries">
	<div class="bar">
		<h2 id="entries">{entries.items.length === 1 ? '1 entry' : entries.items.length + ' entries'}</h2>
	</div>
	<States list={entries} empty="Nobody has signed yet. Be the first!">
		<ul class="list">
			{#each entries.items.slice(0, shown) as entry (entry.id)}
				<li class="card">
					<p class="text">{entry.message}</p>
					<strong class="grow">{entry.name}</strong>
					<time class="quiet" datetime={entry.created}>{day(entry.created)}</time>
				</li>
			{/each}
		</ul>
		{#if shown < entries.items.length}
			<div class="bar"><button onclick={() => (shown += 30)}>Show older entries</button></div>
		{/if}
	</States>
</section>
`;
