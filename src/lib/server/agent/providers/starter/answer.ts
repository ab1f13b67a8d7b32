/** What the starter answers. No calls: it ends its turn. */
export interface Answer {
	readonly text: string;
	readonly calls: readonly { readonly name: string; readonly input: unknown }[];
}

export const addKey =
	'To have something else built or changed, add a model key in Settings → Model.';

export const say = (text: string, calls: Answer['calls']): Answer => ({ text, calls });

/** The call that ends a turn; lines are cut to what a card holds. */
export const done = (
	summary: readonly string[],
	notDone: readonly string[],
	next: readonly string[],
): Answer['calls'][number] => ({
	name: 'done',
	input: {
		summary: summary.map(cut),
		...(notDone.length > 0 && { notDone: notDone.map(cut) }),
		next: next.map(cut),
	},
});

const cut = (line: string): string => line.slice(0, 480);
