import { asMyself, created, isMine, one, read, signedIn, table, text, to } from '../build.ts';
import { attachGroup, type Solution, type Task } from '../task.ts';
import { behindSignIn, inMemory, keepsLooks, signInFile } from './page.ts';

const lines = (id: string, isMine: string, who: string): string => `
	<ol class="mt-6 flex flex-col gap-2" aria-label="Messages">
		{#each messages as message (message.id)}
			<li
				class={[
					'max-w-[80%] rounded-2xl px-4 py-2',
					${isMine} ? 'self-end bg-teal-700 text-white' : 'bg-black/5 dark:bg-white/10',
				]}
			>
				<span class="block text-xs opacity-75">${who}</span>
				<span class="wrap-anywhere">{message.text}</span>
				{#if ${isMine}}
					<button class="min-h-10 text-xs underline" onclick={() => remove(${id})}>
						Take back
					</button>
				{/if}
			</li>
		{:else}
			<li class="py-6 text-center opacity-70">Say hello!</li>
		{/each}
	</ol>
	<form class="mt-6 flex gap-2" onsubmit={send}>
		<label class="grow">
			<span class="sr-only">Message</span>
			<input
				class="min-h-10 w-full rounded-full border px-4"
				bind:value={text}
				maxlength="500"
				required
			/>
		</label>
		<button class="min-h-10 rounded-full bg-teal-700 px-5 font-medium text-white">Send</button>
	</form>
</main>
`;

const start = inMemory(
	`	interface Message {
		id: string;
		name: string;
		text: string;
	}

	let messages = $state<Message[]>([]);
	let name = $state('Guest');
	let text = $state('');

	function send(event: SubmitEvent) {
		event.preventDefault();
		messages.push({ id: String(Date.now()), name, text: text.trim() });
		text = '';
	}
	function remove(id: string) {
		messages = messages.filter((message) => message.id !== id);
	}
`,
	`
<main class="mx-auto max-w-2xl p-6">
	<h1 class="text-3xl font-semibold tracking-tight">Chat</h1>
	<label class="mt-4 block text-sm">
		Your name <input class="min-h-10 rounded-lg border px-3" bind:value={name} maxlength="40" />
	</label>${lines('message.id', 'message.name === name', '{message.name}')}`,
);

const script = (listens: boolean): string => `
	type Message = Awaited<ReturnType<typeof data.messages.one>>;

	let messages = $state<Message[]>([]);
	let text = $state('');
	let problem = $state('');

	$effect(() => {
		if (!auth.user) return;
		attempt(async () => undefined);${
			listens
				? `
		return data.messages.subscribe(() => attempt(async () => undefined));`
				: ''
		}
	});
	async function load() {
		const newest = await data.messages.list({ sort: '-created', perPage: 100, expand: 'author' });
		messages = newest.items.reverse();
	}
	function send(event: SubmitEvent) {
		event.preventDefault();
		const author = auth.user?.id ?? '';
		attempt(async () => {
			await data.messages.create({ text: text.trim(), author });
			text = '';
		});
	}
	const remove = (id: string) => attempt(() => data.messages.delete(id));
`;
const kept = (listens = true): Record<string, string> => ({
	'src/App.svelte': behindSignIn(
		script(listens),
		`
<main class="mx-auto max-w-2xl p-6">
	<h1 class="text-3xl font-semibold tracking-tight">Chat</h1>${lines(
		'message.id',
		'message.author === auth.user?.id',
		"{message.expand?.author?.name || 'Somebody'}",
	)}`,
	),
	...signInFile,
});

const messages = (rules: object = {}): Solution => ({
	...one({
		// Who talks to each other sees each other's names.
		update: [{ name: 'users', rules: read(signedIn) }],
		create: [
			table(
				'messages',
				[text('text', { required: true, max: 500 }), to('author', 'users'), created],
				{ ...read(signedIn), create: asMyself('author'), delete: isMine('author'), ...rules },
			),
		],
	}),
	files: kept(),
});

export const chatTask: Task = {
	id: 'attach-chat',
	group: attachGroup,
	prompt: `My chat only talks to itself. Make it a real one: keep the messages in a collection "messages" (text, author as a relation to users, created) and show new ones to everybody at once, without a reload. Only people with an account take part; the name is that of the account, so the field for the name goes. Messages are taken back by their author alone and never changed. ${keepsLooks}`,
	start: { changes: [], files: { 'src/App.svelte': start } },
	solution: messages(),
	wrong: {
		'still in memory': { ...messages(), files: { 'src/App.svelte': start } },
		'heard only after a reload': { ...messages(), files: kept(false) },
		'visitors read along': messages(read('')),
	},
	async grade({ as, idOf, check }) {
		const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
		const author = await idOf('ann');
		const made = await ann.create('messages', { text: 'By hand', author });
		check('a person writes', made.ok);
		check('others read', (await bob.list('messages')).items.length === 1);
		check('visitors do not', (await visitor.list('messages')).items.length === 0);
		check('nor open one', !(await visitor.view('messages', made.id)).ok);
		for (const client of [bob, visitor]) {
			check('not for others', !(await client.create('messages', { text: 'x', author })).ok);
			check('others take nothing back', !(await client.remove('messages', made.id)).ok);
		}
		check('unchanged', !(await ann.update('messages', made.id, { text: 'x' })).ok);
		check('taken back', (await ann.remove('messages', made.id)).ok);
	},
	async look({ open, see, miss }, { setUser }) {
		await setUser('ann', { name: 'Ann' });
		const [ann, bob] = [await open('ann'), await open('bob')];
		await see('the chat is there', bob.getByLabel('Message', { exact: true }));
		await see('for both', ann.getByLabel('Message', { exact: true }));
		// The subscription needs a moment after the page.
		await bob.waitForTimeout(1500);
		await ann.getByLabel('Message', { exact: true }).fill('Hello Bob');
		await ann.getByRole('button', { name: 'Send' }).click();
		await see('it is said', ann.getByText('Hello Bob'));
		await see('others see it at once', bob.getByText('Hello Bob'));
		await see('with the name', bob.getByText('Ann', { exact: true }));
		await ann.reload();
		await see('it is there after a reload', ann.getByText('Hello Bob'));
		const takeBack = { name: 'Take back' };
		await miss(
			'others cannot take it back',
			bob.getByRole('button', takeBack),
			bob.getByText('Hello Bob'),
		);
		await ann.getByRole('button', takeBack).click();
		await see('it is gone for others too', bob.getByText('Say hello!'));
	},
};
