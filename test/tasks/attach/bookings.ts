import { asMyself, choice, isMine, make, read, signedIn, table, to } from '../build.ts';
import { attachGroup, type Solution, type Task } from '../task.ts';
import { behindSignIn, inMemory, keepsLooks, signInFile } from './page.ts';

const slots = ['Monday 9:00', 'Monday 10:00', 'Tuesday 9:00', 'Tuesday 10:00'];

const markup = `
<main class="mx-auto max-w-2xl p-6">
	<h1 class="text-3xl font-semibold tracking-tight">Book the studio</h1>
	<p class="mt-1 opacity-70">{slots.length - bookings.length} of {slots.length} hours are free.</p>
	<ul class="mt-6 grid gap-3 sm:grid-cols-2">
		{#each slots as slot (slot)}
			{@const booking = bookings.find((booking) => booking.slot === slot)}
			<li class="flex items-center justify-between rounded-xl border p-3">
				<span class="font-medium">{slot}</span>
				{#if !booking}
					<button
						class="min-h-10 rounded-lg bg-teal-700 px-4 font-medium text-white"
						aria-label={'Book ' + slot}
						onclick={() => book(slot)}
					>
						Book
					</button>
				{:else if isMine(booking)}
					<button
						class="min-h-10 px-2 underline"
						aria-label={'Cancel ' + slot}
						onclick={() => cancel(booking.id)}
					>
						Cancel
					</button>
				{:else}
					<span class="opacity-70">Taken</span>
				{/if}
			</li>
		{/each}
	</ul>
</main>
`;

const start = inMemory(
	`	interface Booking {
		id: string;
		slot: string;
	}

	const slots = ${JSON.stringify(slots).replaceAll('"', "'").replaceAll(',', ', ')};
	let bookings = $state<Booking[]>([]);
	const isMine = (_booking: Booking) => true;

	function book(slot: string) {
		bookings.push({ id: slot, slot });
	}
	function cancel(id: string) {
		bookings = bookings.filter((booking) => booking.id !== id);
	}
`,
	markup,
);

const kept = behindSignIn(
	`
	type Booking = Awaited<ReturnType<typeof data.bookings.one>>;
	type Slot = Booking['slot'];

	const slots: Slot[] = ${JSON.stringify(slots).replaceAll('"', "'").replaceAll(',', ', ')};
	let bookings = $state<Booking[]>([]);
	let problem = $state('');
	const isMine = (booking: Booking) => booking.guest === auth.user?.id;

	$effect(() => {
		if (!auth.user) return;
		attempt(async () => undefined);
		return data.bookings.subscribe(() => attempt(async () => undefined));
	});
	async function load() {
		bookings = (await data.bookings.list({ perPage: 200 })).items;
	}
	const book = (slot: Slot) =>
		attempt(() => data.bookings.create({ slot, guest: auth.user?.id ?? '' }));
	const cancel = (id: string) => attempt(() => data.bookings.delete(id));
`,
	markup,
);

const bookings = (rules: object = {}, unique = true): Solution => ({
	...make(
		table(
			'bookings',
			[choice('slot', slots, { required: true }), to('guest', 'users')],
			{ ...read(signedIn), create: asMyself('guest'), delete: isMine('guest'), ...rules },
			{ indexes: [{ fields: ['slot'], unique }] },
		),
	),
	files: { 'src/App.svelte': kept, ...signInFile },
});

export const bookingTask: Task = {
	id: 'attach-bookings',
	group: attachGroup,
	prompt: `Two of us stood in the studio at the same hour, because this page books nothing. Keep bookings in a collection "bookings" with the slot (one of the four) and the guest (a relation to users). Who has an account sees what is taken, books free hours in their own name and cancels their own; bookings are never changed, and no hour is booked twice, not even at the same moment. Visitors see nothing. ${keepsLooks}`,
	start: { changes: [], files: { 'src/App.svelte': start } },
	solution: bookings(),
	wrong: {
		'still in memory': { ...bookings(), files: { 'src/App.svelte': start } },
		'an hour is booked twice': bookings({}, false),
		'anybody cancels': bookings({ delete: signedIn }),
	},
	async grade({ as, idOf, check }) {
		const [cara, bob, visitor] = [as('cara'), as('bob'), as('anonymous')];
		const [guest, bobId] = [await idOf('cara'), await idOf('bob')];
		const slot = 'Tuesday 10:00';
		for (const client of [bob, visitor])
			check('not for others', !(await client.create('bookings', { slot, guest })).ok);
		const both = await Promise.all([
			cara.create('bookings', { slot, guest }),
			bob.create('bookings', { slot, guest: bobId }),
		]);
		check('an hour is booked once', both.filter(({ ok }) => ok).length === 1);
		const [made] = both.filter(({ ok }) => ok);
		const [winner, loser] = both[0].ok ? [cara, bob] : [bob, cara];
		const id = made?.id ?? '';
		check('others see it', (await loser.view('bookings', id)).ok);
		check('visitors do not', (await visitor.list('bookings')).items.length === 0);
		const wrong = await bob.create('bookings', { slot: 'Sunday 3:00', guest: bobId });
		check('only these hours', !wrong.ok);
		const moved = await winner.update('bookings', id, { slot: 'Monday 9:00' });
		check('it is not changed', !moved.ok);
		for (const client of [loser, visitor])
			check('others do not cancel', !(await client.remove('bookings', id)).ok);
		check('who booked cancels', (await winner.remove('bookings', id)).ok);
	},
	async look({ open, see, miss }) {
		const [ann, bob] = [await open('ann'), await open('bob')];
		await see('hours are there', bob.getByText('4 of 4 hours are free.'));
		await ann.getByRole('button', { name: 'Book Monday 9:00' }).click();
		await see('it is booked', ann.getByRole('button', { name: 'Cancel Monday 9:00' }));
		await ann.reload();
		await see('also after a reload', ann.getByRole('button', { name: 'Cancel Monday 9:00' }));
		await bob.reload();
		await see('others see it', bob.getByText('3 of 4 hours are free.'));
		await miss(
			'and cannot book it',
			bob.getByRole('button', { name: 'Monday 9:00' }),
			bob.getByText('Taken'),
		);
		await ann.getByRole('button', { name: 'Cancel Monday 9:00' }).click();
		await see('it is cancelled', ann.getByRole('button', { name: 'Book Monday 9:00' }));
		const visitor = await open('anonymous');
		await see('visitors are asked to sign in', visitor.locator('input[type=password]'));
	},
};
