import type { Recipe } from '../recipe.ts';
import { created, ownerField, ownerRules } from './access.ts';
import { appFile, listFiles, signInFile } from './shared.ts';
import { themeFile } from './theme.ts';

/** A tick also belongs to a habit of the same person. */
const myHabit = 'habit.owner = @request.auth.id';

export const habits: Recipe = {
	name: 'habits',
	label: 'a habit tracker',
	words: [
		[/\b(?:habits?|streaks?|gewohnheit\w*)\b/i, 10],
		[/\b(?:routines?|daily|every day|resolutions?)\b/i, 4],
		[/\b(?:track(?:er|ing)?|workouts?|exercise|meditat\w+)\b/i, 2],
	],
	title: 'Habits',
	noun: 'habits',
	build: ({ title }) => ({
		schema: {
			create: [
				{
					name: 'habits',
					fields: [{ name: 'name', type: 'text', required: true, max: 80 }, ownerField, created],
					rules: ownerRules,
				},
				{
					name: 'ticks',
					fields: [
						{
							name: 'habit',
							type: 'relation',
							collection: 'habits',
							required: true,
							maxSelect: 1,
							cascadeDelete: true,
						},
						{
							name: 'day',
							type: 'text',
							required: true,
							max: 10,
							pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
						},
						ownerField,
					],
					rules: { ...ownerRules, create: `${ownerRules.create} && ${myHabit}`, update: null },
					indexes: [{ fields: ['habit', 'day'], unique: true }],
				},
			],
		},
		files: [
			appFile({
				title,
				intro: 'Small things, every day.',
				component: 'Habits',
				people: 'all',
			}),
			{ path: 'src/lib/Habits.svelte', text: tracker },
			signInFile(),
			...listFiles,
			themeFile({ light: '#0f6b75', dark: '#78d5df', wide: 760 }),
		],
		summary: [
			`A habit tracker called "${title}", with sign-up and sign-in`,
			'Tick off the last seven days of each habit; it counts your streak',
			'Everybody sees and changes only their own habits',
		],
		next: ['Create an account in the preview and add your first habit'],
	}),
};

const tracker = `<script lang="ts">
	import { data } from '$data';
	import { live } from './live.svelte.ts';
	import States from './States.svelte';

	let { owner }: { owner: string } = $props();

	const habits = live({
		list: (page) => data.habits.list({ sort: 'created', page, perPage: 200 }),
		subscribe: (fn) => data.habits.subscribe(fn),
		add: 'last',
	});
	const ticks = live({
		list: (page) => data.ticks.list({ sort: '-day', page, perPage: 500 }),
		subscribe: (fn) => data.ticks.subscribe(fn),
	});
	const blank = () => ({ name: '' });
	let values = $state(blank());

	/** The day so many days ago, as people here count days: 2026-01-31 */
	function daysAgo(days: number): string {
		const date = new Date();
		date.setDate(date.getDate() - days);
		return date.toLocaleDateString('sv-SE');
	}
	const week = [6, 5, 4, 3, 2, 1, 0].map(daysAgo);
	const weekday = (day: string, weekday: 'short' | 'long') =>
		new Date(day + 'T12:00').toLocaleDateString(undefined, { weekday });
	const tickOf = (habit: string, day: string) =>
		ticks.items.find((tick) => tick.habit === habit && tick.day === day);

	/** Days in a row until today, or until yesterday while today is still open. */
	function streak(habit: string): number {
		const start = tickOf(habit, daysAgo(0)) ? 0 : 1;
		let days = 0;
		while (tickOf(habit, daysAgo(start + days))) days += 1;
		return days;
	}

	function add(event: SubmitEvent) {
		event.preventDefault();
		return habits.change(async () => {
			habits.put(await data.habits.create({ ...values, owner }));
			values = blank();
		});
	}
	const toggle = (habit: string, day: string) =>
		ticks.change(async () => {
			const tick = tickOf(habit, day);
			if (!tick) return ticks.put(await data.ticks.create({ habit, day, owner }));
			await data.ticks.delete(tick.id);
			ticks.drop(tick.id);
		});
	const remove = (id: string, name: string) =>
		confirm('Delete "' + name + '" with all its days?') &&
		habits.change(async () => {
			await data.habits.delete(id);
			habits.drop(id);
		});
</script>

<form class="card" onsubmit={add}>
	<label>
		New habit
		<input bind:value={values.name} required maxlength="80" autocomplete="off" />
	</label>
	<div class="row">
		<button class="primary" disabled={habits.busy || !values.name.trim()}>Add</button>
	</div>
</form>

<div class="bar"><h2>The last seven days</h2></div>
<p class="problem" role="alert">{ticks.problem}</p>
<States list={habits} empty="No habits yet. Begin with a small one.">
	<ul class="list">
		{#each habits.items as habit (habit.id)}
			<li class="card">
				<div class="grow">
					<strong>{habit.name}</strong>
					<p class="quiet">{streak(habit.id) === 1 ? '1 day' : streak(habit.id) + ' days'} in a row</p>
				</div>
				<button class="plain" aria-label={'Delete ' + habit.name} onclick={() => remove(habit.id, habit.name)}>✕</button>
				<div class="week" role="group" aria-label={habit.name}>
					{#each week as day (day)}
						<button
							aria-pressed={tickOf(habit.id, day) !== undefined}
							aria-label={weekday(day, 'long') + ' ' + day}
							disabled={ticks.busy}
							onclick={() => toggle(habit.id, day)}
						>
							<span>{weekday(day, 'short')}</span>
							{tickOf(habit.id, day) ? '✓' : '·'}
						</button>
					{/each}
				</div>
			</li>
		{/each}
	</ul>
</States>

<style>
	.week {
		display: grid;
		flex-basis: 100%;
		grid-template-columns: repeat(7, minmax(0, 1fr));
		gap: 6px;
	}
	.week button {
		display: grid;
		justify-items: center;
		padding: 6px 0;
	}
	.week button:disabled {
		opacity: 1;
	}
	.week button[aria-pressed='true'] {
		background: var(--accent);
		color: var(--on-accent);
	}
	.week span {
		overflow: hidden;
		max-width: 100%;
		font-size: 0.8rem;
		font-weight: 400;
	}
</style>
`;
