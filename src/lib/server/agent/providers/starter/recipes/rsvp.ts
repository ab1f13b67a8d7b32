import type { Recipe } from '../recipe.ts';
import { boardRules, created } from './access.ts';
import { appFile, listFiles } from './shared.ts';
import { themeFile } from './theme.ts';

export const rsvp: Recipe = {
	name: 'rsvp',
	label: 'an invitation with answers',
	words: [
		[/\b(?:rsvps?|invitations?|invites?|einladung)\b/i, 10],
		[/\b(?:who(?:'s| is)? (?:coming|attending)|attend(?:ance|ees?|ing)?|headcount)\b/i, 7],
		[/\b(?:bookings?|reservations?|event|party|dinner|meet-?up)\b/i, 3],
	],
	title: 'You are invited',
	noun: 'invitation',
	build: ({ title }) => ({
		schema: {
			create: [
				{
					name: 'replies',
					fields: [
						{ name: 'name', type: 'text', required: true, max: 80 },
						{
							name: 'coming',
							type: 'select',
							values: ['yes', 'maybe', 'no'],
							maxSelect: 1,
							required: true,
						},
						{ name: 'people', type: 'number', min: 0, max: 20, onlyInt: true },
						{ name: 'note', type: 'text', max: 300 },
						created,
					],
					rules: boardRules,
				},
			],
		},
		files: [
			appFile({
				title,
				intro: 'Tell us whether you can come, and how many you are.',
				component: 'Replies',
				people: 'none',
			}),
			{ path: 'src/lib/Replies.svelte', text: replies },
			...listFiles,
			themeFile({ light: '#8d2f6b', dark: '#f0a3d3', serif: true }),
		],
		summary: [
			`An invitation called "${title}" that people answer without signing in`,
			'It counts who is coming, live',
			'Everybody sees the answers; nobody can change or remove one in the page',
		],
		next: ['Answer it in the preview, and write when and where it is into the text on top'],
	}),
};

const replies = `<script lang="ts">
	import { data } from '$data';
	import { live } from './live.svelte.ts';
	import States from './States.svelte';

	const answers = [
		['yes', 'I am coming'],
		['maybe', 'Maybe'],
		['no', 'I cannot come'],
	] as const;
	const replies = live({
		list: (page) => data.replies.list({ sort: '-created', page, perPage: 200 }),
		subscribe: (fn) => data.replies.subscribe(fn),
	});
	const blank = () => ({ name: '', coming: '', people: 1 as number | null, note: '' });
	let values = $state(blank());
	let thanks = $state('');

	const guests = $derived(
		replies.items.reduce((sum, reply) => sum + (reply.coming === 'yes' ? Math.max(1, reply.people) : 0), 0),
	);
	const words = (coming: string) => answers.find(([value]) => value === coming)?.[1] ?? '';

	async function answer(event: SubmitEvent) {
		event.preventDefault();
		thanks = '';
		await replies.change(async () => {
			replies.put(await data.replies.create({ ...values }));
			thanks = 'Thank you, ' + values.name.trim() + '!';
			values = blank();
		});
	}
</script>

<form class="card" onsubmit={answer}>
	<label>
		Your name
		<input bind:value={values.name} required maxlength="80" autocomplete="name" />
	</label>
	<div class="pair">
		<label>
			Can you come?
			<select bind:value={values.coming} required>
				<option value="">Choose…</option>
				{#each answers as [value, text] (value)}<option {value}>{text}</option>{/each}
			</select>
		</label>
		<label>
			How many are you?
			<input type="number" bind:value={values.people} min="1" max="20" />
		</label>
	</div>
	<label>
		A note (if you like)
		<input bind:value={values.note} maxlength="300" />
	</label>
	<div class="row">
		<button class="primary" disabled={replies.busy || !values.name.trim() || !values.coming}>
			{replies.busy ? 'Sending…' : 'Send my answer'}
		</button>
		<span class="thanks" role="status">{thanks}</span>
	</div>
</form>

<section aria-labelledby="coming">
	<div class="bar">
		<h2 id="coming">{guests === 1 ? '1 person is coming' : guests + ' people are coming'}</h2>
		<span class="quiet">{replies.items.length === 1 ? '1 answer' : replies.items.length + ' answers'}</span>
	</div>
	<States list={replies} empty="Nobody has answered yet.">
		<ul class="list">
			{#each replies.items as reply (reply.id)}
				<li class="card">
					<strong class="grow">{reply.name}{reply.people > 1 ? ' (' + reply.people + ' people)' : ''}</strong>
					<span class="tag" data-coming={reply.coming}>{words(reply.coming)}</span>
					{#if reply.note}<p class="text">{reply.note}</p>{/if}
				</li>
			{/each}
		</ul>
	</States>
</section>

<style>
	.tag[data-coming='yes'] {
		border-color: var(--accent);
		color: var(--accent);
	}
</style>
`;
