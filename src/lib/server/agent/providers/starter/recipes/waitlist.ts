import { js, type Recipe } from '../recipe.ts';
import { created } from './access.ts';
import { appFile, errorsFile } from './shared.ts';
import { themeFile } from './theme.ts';

export const waitlist: Recipe = {
	name: 'waitlist',
	label: 'a landing page with a waiting list',
	words: [
		[/\b(?:wait(?:ing)? ?-?lists?|landing ?pages?|coming soon|warteliste)\b/i, 12],
		[/\b(?:newsletter|sign ?-?ups?|launch|early access|e-?mail list|subscribe)\b/i, 5],
	],
	title: 'Coming soon',
	noun: 'waiting list',
	build: ({ title }) => ({
		schema: {
			create: [
				{
					name: 'signups',
					fields: [
						{ name: 'email', type: 'email', required: true },
						{ name: 'name', type: 'text', max: 80 },
						created,
					],
					// Everybody can put an address on the list; only the builder's members read it.
					rules: { list: null, view: null, create: '', update: null, delete: null },
					indexes: [{ fields: ['email'], unique: true }],
				},
			],
		},
		files: [
			appFile({
				title,
				intro: 'Something new is on its way. Leave your address, and you are the first to know.',
				component: 'Waitlist',
				people: 'none',
			}),
			{ path: 'src/lib/Waitlist.svelte', text: landing },
			errorsFile,
			themeFile({ light: '#1f5f4a', dark: '#8fe0bf', wide: 760 }),
		],
		summary: [
			`A landing page called "${title}" with a waiting list`,
			'Everybody can put an address on it, each one once',
			'Nobody can read the list in the page: you find it in the data of the app',
		],
		next: ['Leave an address in the preview, and replace the three reasons by your own'],
	}),
};

const reasons = [
	['Simple', 'Made for one thing, and good at it.'],
	['Yours', 'Your data stays with you.'],
	['Ready', 'No set-up: open it and begin.'],
] as const;

const landing = `<script lang="ts">
	import { data } from '$data';
	import { explain } from './errors.ts';

	const reasons = [
${reasons.map(([title, text]) => `\t\t{ title: ${js(title)}, text: ${js(text)} },`).join('\n')}
	];
	const blank = () => ({ email: '', name: '' });
	let values = $state(blank());
	let busy = $state(false);
	let problem = $state('');
	let thanks = $state('');

	/** The address is on the list already: that is no failure for whoever sent it. */
	const isKnown = (error: unknown) =>
		(error as { response?: { data?: { email?: { code?: string } } } }).response?.data?.email?.code ===
		'validation_not_unique';

	async function join(event: SubmitEvent) {
		event.preventDefault();
		busy = true;
		problem = '';
		try {
			await data.signups.create({ ...values, email: values.email.trim() });
			thanks = 'Thank you! You are on the list.';
			values = blank();
		} catch (error) {
			if (isKnown(error)) thanks = 'You are on the list already.';
			else problem = explain(error);
		} finally {
			busy = false;
		}
	}
</script>

{#if thanks}
	<p class="card thanks" role="status">{thanks}</p>
{:else}
	<form class="card" onsubmit={join}>
		<div class="pair">
			<label>
				E-mail
				<input type="email" bind:value={values.email} required maxlength="200" autocomplete="email" />
			</label>
			<label>
				Name (if you like)
				<input bind:value={values.name} maxlength="80" autocomplete="name" />
			</label>
		</div>
		<p class="problem" role="alert">{problem}</p>
		<div class="row">
			<button class="primary" disabled={busy || !values.email}>{busy ? 'One moment…' : 'Join the list'}</button>
			<span class="quiet">No spam: one message when it starts.</span>
		</div>
	</form>
{/if}

<ul class="reasons">
	{#each reasons as reason (reason.title)}
		<li>
			<h2>{reason.title}</h2>
			<p class="quiet">{reason.text}</p>
		</li>
	{/each}
</ul>

<style>
	.reasons {
		display: grid;
		grid-template-columns: repeat(auto-fit, minmax(180px, 1fr));
		gap: 24px;
		margin: 40px 0 0;
		padding: 0;
		list-style: none;
	}
	li {
		padding-top: 14px;
		border-top: 3px solid var(--accent);
	}
</style>
`;
