import { asMyself, choice, make, read, signedIn, table, to } from '../build.ts';
import { attachGroup, type Solution, type Task } from '../task.ts';
import { inMemory, signInFile } from './page.ts';

const markup = (gate: string): string => `
<main class="mx-auto max-w-2xl p-6">
	<h1 class="text-3xl font-semibold tracking-tight">What do we eat?</h1>
	<ul class="mt-6 grid gap-3">
		{#each dishes as dish (dish)}
			<li class="flex items-center gap-3 rounded-xl border p-3">
				<button
					class="min-h-10 rounded-lg bg-teal-700 px-4 font-medium text-white disabled:opacity-50"
					disabled={mine !== undefined}
					onclick={() => vote(dish)}
				>
					Vote for {dish}
				</button>
				<meter class="grow" min="0" max={Math.max(total, 1)} value={counts[dish]}>
					{counts[dish]}
				</meter>
				<span aria-label={'Votes for ' + dish} class="w-8 text-right tabular-nums">
					{counts[dish]}
				</span>
			</li>
		{/each}
	</ul>
	<p class="mt-4 opacity-70">
		{mine === undefined ? 'You have one vote.' : 'You voted for ' + mine + '.'}
	</p>
</main>
${gate}`;

const dishes = `	const dishes = ['Pizza', 'Sushi', 'Salad'] as const;
	type Dish = (typeof dishes)[number];
`;

const start = inMemory(
	`${dishes}
	let counts = $state<Record<Dish, number>>({ Pizza: 0, Sushi: 0, Salad: 0 });
	let mine = $state<Dish>();
	const total = $derived(counts.Pizza + counts.Sushi + counts.Salad);

	function vote(dish: Dish) {
		counts[dish] += 1;
		mine = dish;
	}
`,
	markup(''),
);

const kept = inMemory(
	`	import { auth } from '$auth';
	import { data } from '$data';
	import SignIn from './lib/SignIn.svelte';

${dishes}
	let votes = $state<{ dish: string; voter: string }[]>([]);
	let problem = $state('');
	const count = (dish: Dish) => votes.filter((vote) => vote.dish === dish).length;
	const counts = $derived({ Pizza: count('Pizza'), Sushi: count('Sushi'), Salad: count('Salad') });
	const total = $derived(votes.length);
	const mine = $derived(votes.find((vote) => vote.voter === auth.user?.id)?.dish);

	$effect(() => {
		load();
		return data.votes.subscribe(load);
	});
	async function load() {
		try {
			votes = (await data.votes.list({ perPage: 1000 })).items;
		} catch (error) {
			problem = error instanceof Error ? error.message : 'The votes could not be counted.';
		}
	}
	async function vote(dish: Dish) {
		problem = '';
		if (!auth.user) {
			problem = 'Sign in to vote.';
			return;
		}
		try {
			await data.votes.create({ dish, voter: auth.user.id });
			await load();
		} catch (error) {
			problem = error instanceof Error ? error.message : 'That did not work.';
		}
	}
`,
	markup(`
{#if problem}<p role="alert" class="mx-auto max-w-2xl px-6 text-red-700">{problem}</p>{/if}
{#if auth.user}
	<button class="mx-auto block min-h-10 underline" onclick={() => auth.signOut()}>Sign out</button>
{:else}
	<SignIn />
{/if}
`),
);

const votes = (rules: object = {}, unique = true): Solution => ({
	...make(
		table(
			'votes',
			[choice('dish', ['Pizza', 'Sushi', 'Salad'], { required: true }), to('voter', 'users')],
			{ ...read(''), create: asMyself('voter'), ...rules },
			{ indexes: [{ fields: ['voter'], unique }] },
		),
	),
	files: { 'src/App.svelte': kept, ...signInFile },
});

export const pollTask: Task = {
	id: 'attach-polls',
	group: attachGroup,
	prompt:
		'This poll counts only my own clicks, and forgets them. Count votes of everybody: in a collection "votes" with the dish (Pizza, Sushi or Salad) and the voter (a relation to users). Who has an account has one vote, which is never changed or taken back, and nobody votes for somebody else. All see the counts, without an account too; people sign up and sign in below the poll. Keep the look, and keep texts and labels of buttons and counts as they are.',
	start: { changes: [], files: { 'src/App.svelte': start } },
	solution: votes(),
	wrong: {
		'still in memory': { ...votes(), files: { 'src/App.svelte': start } },
		'as many votes as one likes': votes({}, false),
		'votes for others': votes({ create: signedIn }),
	},
	async grade({ as, idOf, check }) {
		const [cara, bob, visitor] = [as('cara'), as('bob'), as('anonymous')];
		const voter = await idOf('cara');
		for (const client of [bob, visitor])
			check('not for others', !(await client.create('votes', { dish: 'Pizza', voter })).ok);
		const made = await cara.create('votes', { dish: 'Salad', voter });
		check('one votes', made.ok);
		check('not twice', !(await cara.create('votes', { dish: 'Sushi', voter })).ok);
		const other = { dish: 'Glue', voter: await idOf('bob') };
		check('for a dish that is there', !(await bob.create('votes', other)).ok);
		check('visitors see it', (await visitor.list('votes')).items.length === 1);
		check('it is not changed', !(await cara.update('votes', made.id, { dish: 'Sushi' })).ok);
		check('it is not taken back', !(await cara.remove('votes', made.id)).ok);
	},
	async look({ open, see, miss }) {
		const [ann, visitor] = [await open('ann'), await open('anonymous')];
		await see('the poll is there', ann.getByRole('button', { name: 'Vote for Pizza' }));
		await see('with the vote of another', ann.getByLabel('Votes for Salad').getByText('1'));
		await ann.getByRole('button', { name: 'Vote for Pizza' }).click();
		await see('it is counted', ann.getByText('You voted for Pizza.'));
		await ann.reload();
		await see('also after a reload', ann.getByText('You voted for Pizza.'));
		const bob = await open('bob');
		await see('others see the count', bob.getByLabel('Votes for Pizza').getByText('1'));
		await see('and have a vote', bob.getByText('You have one vote.'));
		await visitor.reload();
		await see('visitors see the count', visitor.getByLabel('Votes for Pizza').getByText('1'));
		await see('and can sign in', visitor.locator('input[type=password]'));
		await miss(
			'who voted does not vote again',
			ann.locator('button:enabled', { hasText: 'Vote for' }),
			ann.getByText('You voted for Pizza.'),
		);
	},
};
