export const data = `# $data: the app's collections

One property per collection; names and fields are checked against the collections as they are. In the samples posts has
title, text, likes (number), state (select: draft, public), tags (select, several), author (relation to users), cover
(file), created (autodate); comments has post (relation to posts), text.

\`\`\`ts
import { data } from '$data';

const page = await data.posts.list({
	filter: 'title ~ {:q} && likes >= {:min}',
	params: { q: 'owl', min: 3 },
	sort: '-created,title',
	page: 1,
	perPage: 50,
	expand: 'author,comments_via_post',
});
for (const post of page.items) {
	const author = post.expand?.author?.name ?? 'nobody';
	const comments = post.expand?.comments_via_post ?? [];
	console.log(post.title, author, comments.length, page.totalItems);
}

const one = await data.posts.one('abc123def456ghi', { expand: 'author' });
const made = await data.posts.create({ title: 'Owls', state: 'draft', tags: ['birds'] });
await data.posts.update(made.id, { title: 'Owls at dusk', 'likes+': 1, 'tags-': 'birds' });
await data.posts.delete(one.id);
\`\`\`

- Values go into a filter through params, never by joining text: params are quoted.
- "likes+" and "likes-" add to what is there, so two people do not overwrite each other; "tags+" and "tags-" add and remove
  items of a list.
- expand follows relations: author, author.team, and back with <collection>_via_<field>. What the reader may not view is left
  out, so read it with ?.
- A relation holds the id of the other record (or a list of ids), an empty text for none. A date is a text
  "2026-01-31 12:00:00.000Z": new Date(post.created).
- perPage is at most 1000. To read everything, go on until page equals totalPages.

Failures are thrown. status 0: no network. 400: response.data says what is wrong per field. 403/404: the rules say no.

\`\`\`ts file=src/lib/save.ts
import { data } from '$data';
import { ClientResponseError } from 'pocketbase';

export async function save(title: string): Promise<string> {
	try {
		await data.posts.create({ title });
		return '';
	} catch (error) {
		if (!(error instanceof ClientResponseError)) throw error;
		const fields: Record<string, { message?: string }> = error.response.data ?? {};
		const [first] = Object.entries(fields);
		return first ? first[0] + ': ' + (first[1].message ?? 'is not right') : error.message;
	}
}
\`\`\`

Counting without reading the records: list({ filter, perPage: 1 }) and totalItems.
`;
