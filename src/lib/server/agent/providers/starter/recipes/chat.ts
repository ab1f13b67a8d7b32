import type { Recipe } from '../recipe.ts';
import { created, ownerField, sharedRules } from './access.ts';
import { appFile, listFiles, signInFile } from './shared.ts';
import { themeFile } from './theme.ts';

export const chat: Recipe = {
	name: 'chat',
	label: 'a chat room',
	words: [
		[/\b(?:chat(?:s|ting)?|chat ?rooms?)\b/i, 10],
		[/\b(?:messenger|instant messages?|conversations?|talk to each other)\b/i, 7],
		[/\b(?:rooms?|messages?|talk|real-?time)\b/i, 2],
	],
	title: 'Chat',
	noun: 'chat',
	build: ({ title }) => ({
		schema: {
			create: [
				{
					name: 'messages',
					fields: [
						{ name: 'text', type: 'text', required: true, max: 2000 },
						{ name: 'name', type: 'text', max: 80 },
						ownerField,
						created,
					],
					// Nobody writes under another name than their own, and what is said stays as it is.
					rules: {
						...sharedRules,
						create: `${sharedRules.create} && @request.body.name = @request.auth.name`,
						update: null,
					},
					indexes: [{ fields: ['created'] }],
				},
			],
		},
		files: [
			appFile({
				title,
				intro: 'One room for everybody who is signed in.',
				component: 'Room',
				people: 'all',
			}),
			{ path: 'src/lib/Room.svelte', text: room },
			signInFile(true),
			...listFiles,
			themeFile({ light: '#0d6a8a', dark: '#85d3f0', wide: 760 }),
		],
		summary: [
			`A chat room called "${title}", with sign-up and sign-in`,
			'Messages appear at once for everybody in it',
			'People can delete what they wrote themselves; nobody can write under another name',
		],
		next: ['Create two accounts in two browsers and say hello'],
	}),
};

const room = `<script lang="ts">
	import { auth } from '$auth';
	import { data } from '$data';
	import { live } from './live.svelte.ts';
	import States from './States.svelte';

	let { owner }: { owner: string } = $props();

	// The newest 200 are enough to follow a conversation.
	const messages = live({
		list: async () => {
			const newest = await data.messages.list({ sort: '-created', perPage: 200 });
			return { items: newest.items.reverse(), totalPages: 1 };
		},
		subscribe: (fn) => data.messages.subscribe(fn),
		add: 'last',
	});
	const blank = () => ({ text: '' });
	let values = $state(blank());
	let end = $state<HTMLElement>();

	$effect(() => {
		if (messages.items.length > 0) end?.scrollIntoView({ block: 'nearest' });
	});

	function send(event: SubmitEvent) {
		event.preventDefault();
		return messages.change(async () => {
			messages.put(await data.messages.create({ ...values, name: auth.user?.name ?? '', owner }));
			values = blank();
		});
	}
	const remove = (id: string) =>
		messages.change(async () => {
			await data.messages.delete(id);
			messages.drop(id);
		});
	const time = (date: string) =>
		new Date(date).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
</script>

<!-- svelte-ignore a11y_no_noninteractive_tabindex (a region that scrolls is reached by keyboard) -->
<section class="card" aria-label="Messages" tabindex="0">
	<States list={messages} empty="Nobody has said anything yet.">
		<ul class="list" aria-live="polite">
			{#each messages.items as message (message.id)}
				<li class:mine={message.owner === owner}>
					<strong>{message.name || 'Somebody'}</strong>
					<time class="quiet" datetime={message.created}>{time(message.created)}</time>
					{#if message.owner === owner}
						<button class="plain" aria-label={'Delete "' + message.text + '"'} onclick={() => remove(message.id)}>✕</button>
					{/if}
					<p class="text">{message.text}</p>
				</li>
			{/each}
		</ul>
	</States>
	<div bind:this={end}></div>
</section>

<form onsubmit={send}>
	<label>
		Your message
		<input bind:value={values.text} required maxlength="2000" autocomplete="off" />
	</label>
	<div class="row">
		<button class="primary" disabled={messages.busy || !values.text.trim()}>Send</button>
	</div>
</form>

<style>
	section {
		overflow-y: auto;
		height: clamp(240px, 52vh, 640px);
		margin-bottom: 16px;
	}
	li {
		justify-self: start;
		max-width: 85%;
		padding: 8px 14px;
		border-radius: 14px;
		background: var(--page);
	}
	li.mine {
		justify-self: end;
		border: 1px solid var(--accent);
	}
	time {
		font-size: 0.85rem;
	}
	li button {
		margin: -8px -8px -8px auto;
	}
</style>
`;
