import { created, file, make, ownerOnly, signedIn, table, text, to } from '../build.ts';
import { attachGroup, type Solution, type Task } from '../task.ts';
import { behindSignIn, inMemory, keepsLooks, signInFile } from './page.ts';

const markup = (href: string): string => `
<main class="mx-auto max-w-2xl p-6">
	<h1 class="text-3xl font-semibold tracking-tight">My files</h1>
	<form class="mt-6 grid gap-3 rounded-xl border border-dashed p-4" onsubmit={upload}>
		<label>
			Title
			<input
				class="min-h-10 w-full rounded-lg border px-3"
				bind:value={title}
				maxlength="100"
				required
			/>
		</label>
		<label>File <input class="min-h-10" type="file" bind:files={chosen} required /></label>
		<button class="min-h-10 rounded-lg bg-teal-700 px-4 font-medium text-white">Upload</button>
	</form>
	<ul class="mt-4 divide-y">
		{#each papers as paper (paper.id)}
			<li class="flex items-center gap-3 py-1">
				<a class="flex min-h-10 grow items-center underline" href={${href}}>{paper.title}</a>
				<button
					class="size-10"
					aria-label={'Delete ' + paper.title}
					onclick={() => remove(paper.id)}
				>
					×
				</button>
			</li>
		{:else}
			<li class="py-6 text-center opacity-70">No files yet.</li>
		{/each}
	</ul>
</main>
`;

const start = inMemory(
	`	interface Paper {
		id: string;
		title: string;
		url: string;
	}

	let papers = $state<Paper[]>([]);
	let title = $state('');
	let chosen = $state<FileList>();

	function upload(event: SubmitEvent) {
		event.preventDefault();
		const file = chosen?.[0];
		if (!file) return;
		papers.push({ id: String(Date.now()), title: title.trim(), url: URL.createObjectURL(file) });
		title = '';
		chosen = undefined;
	}
	function remove(id: string) {
		papers = papers.filter((paper) => paper.id !== id);
	}
`,
	markup('paper.url'),
);

const script = (getsToken: boolean): string => `	import PocketBase from 'pocketbase';

	type Paper = Awaited<ReturnType<typeof data.papers.one>>;

	// Shares the sign-in with $auth.
	const client = new PocketBase('/_pb');
	let papers = $state<Paper[]>([]);
	let token = $state('');
	let title = $state('');
	let chosen = $state<FileList>();
	let problem = $state('');

	$effect(() => {
		if (auth.user) attempt(async () => undefined);
	});
	async function load() {
		${getsToken ? 'token = await client.files.getToken();' : ''}
		papers = (await data.papers.list({ sort: '-created', perPage: 200 })).items;
	}
	function upload(event: SubmitEvent) {
		event.preventDefault();
		const file = chosen?.[0];
		if (!file) return;
		const owner = auth.user?.id ?? '';
		attempt(async () => {
			await data.papers.create({ title: title.trim(), file, owner });
			title = '';
			chosen = undefined;
		});
	}
	const remove = (id: string) => attempt(() => data.papers.delete(id));
`;
const kept = (getsToken = true): Record<string, string> => ({
	'src/App.svelte': behindSignIn(
		script(getsToken),
		markup('client.files.getURL(paper, paper.file, { token })'),
	),
	...signInFile,
});

const papers = (rules: object = {}): Solution => ({
	...make(
		table(
			'papers',
			[
				text('title', { required: true, max: 100 }),
				file('file', { required: true }),
				to('owner', 'users'),
				created,
			],
			{ ...ownerOnly('owner'), ...rules },
		),
	),
	files: kept(),
});

const content = Buffer.from('Meet at nine.\n');

export const filesTask: Task = {
	id: 'attach-files',
	group: attachGroup,
	prompt: `What I upload here is gone after a reload. Keep it: in a collection "papers" with a title, the file and the owner (a relation to users). Files are private: list, download and delete are for the owner alone. The links must go on working. ${keepsLooks}`,
	start: { changes: [], files: { 'src/App.svelte': start } },
	solution: papers(),
	wrong: {
		'still in memory': { ...papers(), files: { 'src/App.svelte': start } },
		'links that nobody can follow': { ...papers(), files: kept(false) },
		'downloaded by whoever has an account': papers({ view: signedIn }),
	},
	async grade({ as, idOf, check }) {
		const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
		const owner = await idOf('ann');
		const paper = { title: 'By hand', file: ['a.txt', content], owner } as const;
		const made = await ann.upload('papers', paper);
		check('a person uploads', made.ok);
		const name = String(made.body['file']);
		check('downloads', (await ann.file('papers', made.id, name, true)) === 200);
		for (const client of [bob, visitor]) {
			check('others list none', (await client.list('papers')).items.length === 0);
			const status = await client.file('papers', made.id, name, client === bob);
			check('others download none', status !== 200);
			check('others delete none', !(await client.remove('papers', made.id)).ok);
			check('not for others', !(await client.upload('papers', paper)).ok);
		}
		check('it is deleted', (await ann.remove('papers', made.id)).ok);
	},
	async look({ open, see, miss }, { check }) {
		const ann = await open('ann');
		await see('the form is there', ann.getByLabel('Title'));
		await ann.getByLabel('Title').fill('Plan');
		const plan = { name: 'plan.txt', mimeType: 'text/plain', buffer: content };
		await ann.getByLabel('File').setInputFiles(plan);
		await ann.getByRole('button', { name: 'Upload' }).click();
		const link = ann.getByRole('link', { name: 'Plan' });
		await see('it is listed', link);
		await ann.reload();
		await see('it is there after a reload', link);
		const got = await ann.evaluate(
			async (url) => (await fetch(url)).text(),
			(await link.getAttribute('href')) ?? '',
		);
		check('the link gives the file', got === String(content));
		const bob = await open('bob');
		await miss('others do not see it', bob.getByText('Plan'), bob.getByText('No files yet.'));
		await ann.getByRole('button', { name: 'Delete Plan' }).click();
		await see('it can be deleted', ann.getByText('No files yet.'));
	},
};
