import type { CollectionRules, SchemaField } from '#lib/contracts/index.ts';
import {
	asMyself,
	file,
	isMine,
	make,
	ownerOnly,
	patch,
	people,
	read,
	signedIn,
	stays,
	table,
	text,
	to,
} from '../build.ts';
import type { Solution, Task } from '../task.ts';

/** A picture of one transparent dot. */
const png = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
	'base64',
);
const pdf = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
const script = Buffer.from('<script>alert(1)</script>');
const nameOf = (body: Readonly<Record<string, unknown>>, field: string): string =>
	String(Array.isArray(body[field]) ? (body[field] as readonly unknown[])[0] : body[field]);

const pictures = ['image/png', 'image/jpeg'];
const photos = (picture: object, rules: CollectionRules): Solution =>
	make(
		table('photos', [file('picture', { required: true, ...picture }), to('owner', 'users')], rules),
	);
const small = { mimeTypes: pictures, maxSize: 50_000 };
const gallery = { ...read(''), create: asMyself('owner'), delete: isMine('owner') };

const scans = (rules: CollectionRules): Solution =>
	make(
		table('papers', [text('title'), file('scan', { required: true }), to('owner', 'users')], rules),
	);
const mine = ownerOnly('owner');

const letters = make(table('letters', [text('text'), to('owner', 'users')], mine));
const enclosed = (more: object): Solution =>
	patch({ name: 'letters', addFields: [file('enclosures', more)] });
const three = { maxSelect: 3, mimeTypes: ['application/pdf', 'image/png'] };

const songs = (cover: SchemaField, rules: CollectionRules): Solution =>
	make(table('songs', [text('title'), cover, to('artist', 'users')], rules));
const cover = file('cover', { required: true, mimeTypes: pictures });
const released = { ...ownerOnly('artist'), ...read('') };

const folders = make(
	table(
		'folders',
		[text('name'), people('members')],
		read(`${signedIn} && members.id ?= @request.auth.id`),
	),
);
const inFolder = `${signedIn} && folder.members.id ?= @request.auth.id`;
const sheets = (rules: CollectionRules): Solution =>
	make(table('sheets', [file('paper', { required: true }), to('folder', 'folders')], rules));
const filed = {
	...read(inFolder),
	create: inFolder,
	update: `${inFolder} && ${stays('folder')}`,
	delete: inFolder,
};

export const fileTasks: readonly Task[] = [
	{
		id: 'gallery',
		group: 'files',
		prompt:
			'A gallery: "photos" with a picture (required, PNG or JPEG, at most 50,000 bytes) and an owner (a relation to users). Everybody sees the photos, people with an account upload under their own name and delete their own. A photo is never changed.',
		solution: photos(small, gallery),
		wrong: {
			'any kind of file': photos({ maxSize: 50_000 }, gallery),
			'pictures of any size': photos({ mimeTypes: pictures }, gallery),
			'uploaded as somebody else': photos(small, { ...gallery, create: signedIn }),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
			const owner = await idOf('ann');
			const made = await ann.upload('photos', { picture: ['me.png', png], owner });
			check('a picture', made.ok);
			const name = nameOf(made.body, 'picture');
			check('visitors list it', (await visitor.list('photos')).items.length === 1);
			check('visitors see it', (await visitor.file('photos', made.id, name)) === 200);
			const big = Buffer.concat([png, Buffer.alloc(60_000)]);
			check('not a big one', !(await ann.upload('photos', { picture: ['b.png', big], owner })).ok);
			for (const [kind, bytes] of [
				['pdf', pdf],
				['png', script],
			] as const) {
				const picture = [`x.${kind}`, bytes] as const;
				check('pictures only', !(await ann.upload('photos', { picture, owner })).ok);
			}
			check('not none', !(await ann.create('photos', { owner })).ok);
			for (const client of [bob, visitor])
				check(
					'not for others',
					!(await client.upload('photos', { picture: ['x.png', png], owner })).ok,
				);
			check('unchanged', !(await ann.update('photos', made.id, { owner })).ok);
			check('others do not delete', !(await bob.remove('photos', made.id)).ok);
			check('the owner deletes', (await ann.remove('photos', made.id)).ok);
			check('then it is gone', (await visitor.file('photos', made.id, name)) === 404);
		},
	},
	{
		id: 'private-papers',
		group: 'files',
		prompt:
			'People keep their papers with us: "papers" with a title, a scan (a file, required) and the owner. A paper and its scan are for the owner alone: nobody else may see or download it, even if they know the address.',
		solution: scans(mine),
		wrong: {
			'downloaded by its address': scans({ ...mine, view: '' }),
			'downloaded by whoever has an account': scans({ ...mine, view: signedIn }),
			'kept for somebody else': scans({ ...mine, create: signedIn }),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
			const owner = await idOf('ann');
			const paper = { title: 'Will', scan: ['will.pdf', pdf], owner } as const;
			const made = await ann.upload('papers', paper);
			check('a paper', made.ok);
			check('not without a scan', !(await ann.create('papers', { title: 'x', owner })).ok);
			const name = nameOf(made.body, 'scan');
			check('the owner downloads', (await ann.file('papers', made.id, name, true)) === 200);
			check('others do not', (await bob.file('papers', made.id, name, true)) !== 200);
			check('nor without a token', (await bob.file('papers', made.id, name)) !== 200);
			check('visitors do not', (await visitor.file('papers', made.id, name)) !== 200);
			check('others see none', (await bob.list('papers')).items.length === 0);
			check('not for others', !(await bob.upload('papers', paper)).ok);
			const retitled = await ann.update('papers', made.id, { title: 'New' });
			check('the owner changes', retitled.ok && nameOf(retitled.body, 'scan') === name);
			check('the owner deletes', (await ann.remove('papers', made.id)).ok);
		},
	},
	{
		id: 'enclosures-of-letters',
		group: 'files',
		prompt:
			'Let "letters" have "enclosures": up to three files, PDF or PNG. Letters without any are fine. Who sees a letter stays as it is, and the same holds for its enclosures.',
		start: letters,
		solution: enclosed(three),
		wrong: {
			'one only': enclosed({ ...three, maxSelect: 1 }),
			'any number': enclosed({ ...three, maxSelect: 99 }),
			'files of any kind': enclosed({ maxSelect: 3 }),
		},
		async grade({ as, idOf, check }) {
			const ann = as('ann');
			const owner = await idOf('ann');
			check('none is fine', (await ann.create('letters', { text: 'a', owner })).ok);
			const send = (...files: Buffer[]) =>
				ann.upload('letters', { owner, enclosures: files.map((bytes) => ['a', bytes] as const) });
			check('one', (await send(pdf)).ok);
			const more = await send(pdf, png, pdf);
			const kept = more.body['enclosures'];
			check('three', more.ok && Array.isArray(kept) && kept.length === 3);
			check('not four', !(await send(pdf, png, pdf, png)).ok);
			check('nothing else', !(await send(script)).ok);
			const name = nameOf(more.body, 'enclosures');
			check('the owner downloads', (await ann.file('letters', more.id, name, true)) === 200);
			check('others do not', (await as('bob').file('letters', more.id, name, true)) !== 200);
			check('visitors do not', (await as('anonymous').file('letters', more.id, name)) !== 200);
		},
	},
	{
		id: 'songs-with-a-cover',
		group: 'files',
		prompt:
			'"songs" have a title, a cover (one picture, PNG or JPEG, always there) and an artist (a relation to users). Everybody sees songs and covers. The artist adds, changes and deletes own songs and can put another cover in place of the old one, which then is gone.',
		solution: songs(cover, released),
		wrong: {
			'songs without a cover': songs(file('cover', { mimeTypes: pictures }), released),
			'anybody with an account changes covers': songs(cover, {
				...released,
				update: `${signedIn} && ${stays('artist')}`,
			}),
			'covers pile up': songs(
				file('cover', { required: true, mimeTypes: pictures, maxSelect: 5 }),
				released,
			),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
			const artist = await idOf('ann');
			const made = await ann.upload('songs', { title: 'La', cover: ['a.png', png], artist });
			check('a song', made.ok && typeof made.body['cover'] === 'string');
			check('not without a cover', !(await ann.create('songs', { title: 'x', artist })).ok);
			const page = await ann.upload('songs', { cover: ['x.png', script], artist });
			check('pictures only', !page.ok);
			const forged = await bob.upload('songs', { cover: ['x.png', png], artist });
			check('not for others', !forged.ok);
			const old = nameOf(made.body, 'cover');
			check('visitors see it', (await visitor.file('songs', made.id, old)) === 200);
			check('the cover stays', !(await ann.update('songs', made.id, { cover: null })).ok);
			const another = { cover: ['b.png', png] } as const;
			check('others do not change', !(await bob.upload('songs', another, made.id)).ok);
			const changed = await ann.upload('songs', another, made.id);
			check('the artist changes', changed.ok && nameOf(changed.body, 'cover') !== old);
			check('the old one is gone', (await visitor.file('songs', made.id, old)) === 404);
			check('others do not delete', !(await bob.remove('songs', made.id)).ok);
			check('the artist deletes', (await ann.remove('songs', made.id)).ok);
		},
	},
	{
		id: 'sheets-in-folders',
		group: 'files',
		prompt:
			'"folders" with members are there. Add "sheets": a paper (a file, required) in a folder. Members of the folder see, download, add, change and delete its sheets, and nobody else does; a sheet stays in its folder.',
		start: folders,
		solution: sheets(filed),
		wrong: {
			'downloaded by whoever has an account': sheets({ ...filed, view: signedIn }),
			'put into any folder': sheets({ ...filed, create: signedIn }),
			'moved to other folders': sheets({ ...filed, update: inFolder }),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob] = [as('ann'), as('bob')];
			const [annId, bobId] = [await idOf('ann'), await idOf('bob')];
			const make = async (...members: string[]): Promise<string> =>
				(await as('superuser').create('folders', { name: 'f', members })).id;
			const [folder, theirs] = [await make(annId), await make(bobId)];
			const made = await ann.upload('sheets', { paper: ['a.pdf', pdf], folder });
			check('a member adds', made.ok);
			const name = nameOf(made.body, 'paper');
			check('and downloads', (await ann.file('sheets', made.id, name, true)) === 200);
			check('others do not', (await bob.file('sheets', made.id, name, true)) !== 200);
			check('visitors do not', (await as('anonymous').file('sheets', made.id, name)) !== 200);
			check('others see none', (await bob.list('sheets')).items.length === 0);
			check('others add none', !(await bob.upload('sheets', { paper: ['x', pdf], folder })).ok);
			await as('superuser').update('folders', folder, { members: [annId, bobId] });
			check('a new member downloads', (await bob.file('sheets', made.id, name, true)) === 200);
			check('it stays', !(await bob.update('sheets', made.id, { folder: theirs })).ok);
			const newer = await bob.upload('sheets', { paper: ['b.pdf', pdf] }, made.id);
			check('members change', newer.ok);
			check('members delete', (await ann.remove('sheets', made.id)).ok);
		},
	},
];
